/** Why a payment is held, in parts: the log has it as one text (spec 06 §7.2), people and queries want these. */
export interface HoldReason {
  /** One of {@link HOLD_REASONS}, or the word that the policy gives. */
  code: string;
  /** What the reason is about, by name. */
  arguments: Readonly<Record<string, number | string>>;
  /** For people. */
  sentence: string;
}

/** Reasons with a meaning of their own, by code; `{name}` in a sentence is an argument. */
export const HOLD_REASONS = {
  InsufficientLiquidity: 'the bank has not enough liquidity',
  AwaitingInflows: 'the bank waits for incoming payments',
  LowPriority: 'the payment has low priority',
  NearDeadline: 'the bank waits: {ticks_remaining} ticks remain to the deadline',
  ScheduledRelease: 'it will be released in tick {tick}',
  CounterpartyOutage: 'the receiver is in an outage, and the bank pays it nothing before it ends',
  Delayed: 'it is delayed: it may not be released before tick {tick}',
  BudgetExhausted: 'the release budget of this tick does not allow it',
  AmountTooSmallToSplit: 'it is too small to be split',
  WithdrawFromRtgs: 'it could not be withdrawn from the central queue: {error}',
  ResubmitToRtgs: 'it could not be resubmitted to the central queue: {error}',
} as const;

/** A reason that only the policy's author can explain. */
export const OWN_REASON = 'the policy says: {code}';

const CUSTOM = /^Custom\("(.*)"\)$/s;
const WITH_NUMBER = /^(\w+) \{ (\w+): (\d+) \}$/;
const FAILED = /^(\w+) (?:(?:withdraw|resubmit) step )?failed: (.*)$/s;

/** Takes a reason of the log apart. */
export function holdReason(text: string): HoldReason {
  const custom = CUSTOM.exec(text)?.[1];
  if (custom !== undefined) return reason(unescaped(custom), {});
  const [, code, name, number] = WITH_NUMBER.exec(text) ?? [];
  if (code !== undefined) return reason(code, { [name!]: Number(number) });
  const [, failed, error] = FAILED.exec(text) ?? [];
  return failed === undefined ? reason(text, {}) : reason(failed, { error: error! });
}

function reason(code: string, values: HoldReason['arguments']): HoldReason {
  const template: string = Object.hasOwn(HOLD_REASONS, code) ? HOLD_REASONS[code as keyof typeof HOLD_REASONS] : OWN_REASON;
  const known: HoldReason['arguments'] = { code, ...values };
  const sentence = template.replace(/\{(\w+)\}/g, (place, name: string) => String(known[name] ?? place));
  return { code, arguments: values, sentence };
}

const ESCAPES: Record<string, string> = { n: '\n', r: '\r', t: '\t', 0: '\0' };

/** The log writes quotes, backslashes and what cannot be printed as escapes. */
function unescaped(text: string): string {
  return text.replace(/\\(?:u\{([0-9a-f]+)\}|(.))/g, (_, code: string | undefined, letter: string) =>
    code === undefined ? (ESCAPES[letter] ?? letter) : String.fromCodePoint(parseInt(code, 16)),
  );
}
