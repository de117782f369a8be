import type { Texts } from '../events/texts.js';

/** Reason of a hold that names none (spec 06 §7.2). */
export const DEFAULT_HOLD_REASON = 'Policy decision';

const PLAIN_REASONS = new Set(['InsufficientLiquidity', 'AwaitingInflows', 'LowPriority']);

/** Code of the reason text of a hold decision as events show it (spec 06 §7.2). */
export function holdReason(texts: Texts, reason: string, ticksToDeadline: number): number {
  if (PLAIN_REASONS.has(reason)) return texts.keep(reason);
  if (reason === 'NearDeadline') return texts.keep(nearDeadline(Math.max(ticksToDeadline, 0)));
  return texts.keep(customReason(reason));
}

const nearDeadlines: string[] = [];
const nearDeadline = (ticks: number): string => (nearDeadlines[ticks] ??= `NearDeadline { ticks_remaining: ${ticks} }`);

const customReasons = new Map<string, string>();

function customReason(reason: string): string {
  let text = customReasons.get(reason);
  if (text === undefined) {
    text = `Custom("${[...reason].map(escape).join('')}")`;
    customReasons.set(reason, text);
  }
  return text;
}

const NAMED_ESCAPES: Record<string, string> = { '"': '\\"', '\\': '\\\\', '\n': '\\n', '\r': '\\r', '\t': '\\t', '\0': '\\0' };

/** Combining marks and whatever cannot be printed; a blank is printable, other separators are not. */
const NOT_PRINTABLE = /^[\p{Grapheme_Extend}\p{Cc}\p{Cf}\p{Cs}\p{Co}\p{Cn}\p{Zl}\p{Zp}]$|^(?! )\p{Zs}$/u;

function escape(character: string): string {
  const named = NAMED_ESCAPES[character];
  if (named !== undefined) return named;
  return NOT_PRINTABLE.test(character) ? `\\u{${character.codePointAt(0)!.toString(16)}}` : character;
}
