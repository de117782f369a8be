import { Simulation, withSeed, type Scenario } from '@simcash/engine';
import { caseOfBank, type BankNetwork, type StressCase, type StressEventType } from '@simcash/runs/live';
import type { StressCommandOptions } from '../commands/stress.js';
import { usageError } from '../exit-codes.js';
import type { Moment } from '../moment-option.js';
import { tickOf } from '../moments.js';

/** A bank, and how much it sends without stress. */
export type BankSize = Pick<BankNetwork, 'bank' | 'value_sent'>;

/** The cases that options ask for: outages of each bank unless something else is named. */
export function casesOfOptions(scenario: Scenario, options: StressCommandOptions): (banks: readonly BankSize[]) => StressCase[] {
  const { delay, shock, systemOutage } = options;
  const outage = options.outage ?? (shock === undefined && delay === undefined && !systemOutage ? 'each' : undefined);
  const window = { ...present('from', moment(options.from)), ...present('until', moment(options.until)) };
  const reaction = reactionOf(options.reaction);
  const checked = [outage, shock, delay].map(
    (text, i) => text && checkedBanks(scenario, ['--outage', '--shock', '--delay'][i]!, text),
  );
  return (banks) => {
    const each = (
      type: StressEventType,
      text: string | undefined,
      keys: (bank: string) => Record<string, unknown>,
    ): StressCase[] => (text ? banksOf(text, banks).map((bank) => caseOfBank(type, bank, { ...window, ...keys(bank) })) : []);
    return [
      ...each('ParticipantOutage', checked[0], () => ({
        ...present('incoming', options.incoming),
        ...present('reaction', reaction),
      })),
      ...each('LiquidityShock', checked[1], (bank) => shockOf(scenario, bank, options, window)),
      ...each('PaymentDelay', checked[2], () => ({ delay_ticks: options.delayTicks ?? 1 })),
      ...(systemOutage ? [{ name: 'system outage', events: [{ type: 'SystemOutage', from: 0, ...window }] }] : []),
    ];
  };
}

const present = (key: string, value: unknown): Record<string, unknown> => (value === undefined ? {} : { [key]: value });

/** A tick as a number; a time of the clock stays a text. */
const moment = (text: string | undefined): number | string | undefined =>
  text !== undefined && /^\d+$/.test(text) ? Number(text) : text;

function checkedBanks({ config }: Scenario, option: string, text: string): string {
  if (text === 'each' || /^largest:[1-9]\d*$/.test(text)) return text;
  const ids = config.agent_configs.map(({ id }) => id);
  const stranger = text.split(',').find((id) => !ids.includes(id));
  if (stranger !== undefined)
    throw usageError(`${option} ${text}: unknown bank '${stranger}'`, `give each, largest:N, or ids of: ${ids.join(', ')}`);
  return text;
}

/** Banks in id order; the largest senders by value, ties by id. */
function banksOf(text: string, banks: readonly BankSize[]): string[] {
  if (text === 'each') return banks.map(({ bank }) => bank);
  const [, number] = /^largest:(\d+)$/.exec(text) ?? [];
  if (number === undefined) return [...new Set(text.split(','))];
  return [...banks]
    .sort((x, y) => y.value_sent - x.value_sent)
    .slice(0, Number(number))
    .map(({ bank }) => bank);
}

function reactionOf(text: string | undefined): Record<string, number> | undefined {
  if (text === undefined) return undefined;
  const [, rule, number] = /^(after|exposure):(\d+)$/.exec(text) ?? [];
  if (rule === undefined) throw usageError(`--reaction needs after:TICKS or exposure:CENTS, got '${text}'`);
  return rule === 'after' ? { after_ticks: Number(number) } : { exposure: Number(number) };
}

/** A change in percent of what there is, or in cents. */
function changeOf(option: string, text: string): { percent: number } | { cents: number } {
  const [, percent] = /^([+-]?\d+(?:\.\d+)?)%$/.exec(text) ?? [];
  if (percent !== undefined) return { percent: Number(percent) };
  if (/^[+-]?\d+$/.test(text)) return { cents: Number(text) };
  throw usageError(`${option} needs a change in percent, as ${option}=-50%, or in cents, got '${text}'`);
}

function shockOf(
  scenario: Scenario,
  bank: string,
  { balance, cap }: StressCommandOptions,
  window: Readonly<Record<string, unknown>>,
): Record<string, unknown> {
  const change = balance === undefined && cap !== undefined ? undefined : changeOf('--balance', balance ?? '-50%');
  const credit = cap === undefined ? undefined : changeOf('--cap', cap);
  const now = () => stateAt(scenario, bank, window.from);
  return {
    ...(change === undefined ? {} : 'cents' in change ? { balance_delta: change.cents } : balanceBy(change.percent, now)),
    ...(credit === undefined
      ? {}
      : { unsecured_cap_delta: 'cents' in credit ? credit.cents : share(now().unsecured_cap, credit.percent) }),
  };
}

const share = (cents: number, percent: number): number => Math.round((cents * percent) / 100);

/** What is taken is a factor, which holds whatever the balance is then; what is given is an amount. */
function balanceBy(percent: number, now: () => { balance: number }): Record<string, number> {
  if (percent >= -100 && percent <= 0) return { balance_factor: (100 + percent) / 100 };
  return { balance_delta: share(now().balance, percent) };
}

/** A bank when a shock strikes, as far as the scenario without stress tells. */
function stateAt(scenario: Scenario, bank: string, from: unknown): { balance: number; unsecured_cap: number } {
  const tick = from === undefined ? 0 : tickOf({ scenario }, from as Moment, '--from');
  const simulation = Simulation.create(withSeed(scenario, scenario.config.rng_seed), { sink: { write: () => undefined } });
  simulation.run({ untilTick: Math.min(tick, simulation.totalTicks) });
  return simulation.agent(bank);
}
