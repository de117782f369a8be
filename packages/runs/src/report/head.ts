import { policyText, type EngineConfig } from '@simcash/engine';
import type { IndicatorSheet } from '@simcash/indicators';
import { Calendar, isoDate, tickSeconds } from '@simcash/payments/schema';
import type { MoneyForm, RunHead, TimeFrame } from '@simcash/pictures';

/** What a report says of time and money where the scenario does not. */
export interface ReportForm {
  /** The currency's code. */
  readonly currency?: string;
  /** Digits behind the decimal point. */
  readonly minorDigits?: number;
  /** Local time of the first tick in minutes from midnight, and the length of a tick. */
  readonly startMinutes?: number;
  /** Seconds that a tick lasts; missing without a clock. */
  readonly tickSeconds?: number;
}

/** What is known of a run besides its configuration and its log. */
export type RunFacts = Pick<
  RunHead,
  | 'simulation_id'
  | 'name'
  | 'description'
  | 'config_file'
  | 'status'
  | 'error_message'
  | 'level'
  | 'ticks'
  | 'events'
  | 'config_hash'
  | 'event_log_hash'
  | 'engine_version'
>;

export function headOf(facts: RunFacts, config: EngineConfig, { system }: IndicatorSheet): RunHead {
  const policies = new Map<string, number>();
  for (const agent of config.agent_configs) {
    const name = policyName(agent.policy);
    policies.set(name, (policies.get(name) ?? 0) + 1);
  }
  const { lsm_config: lsm, settlement } = config;
  const gross = ['retry', 'receipt_reactive'];
  const runs = settlement?.runs.flatMap(({ algorithms }) => algorithms) ?? [];
  return {
    simulation_id: facts.simulation_id,
    name: facts.name,
    description: facts.description,
    config_file: facts.config_file,
    seed: String(config.rng_seed),
    status: facts.status,
    error_message: facts.error_message,
    level: facts.level,
    banks: config.agent_configs.length,
    days: config.num_days,
    ticks: facts.ticks,
    planned_ticks: config.ticks_per_day * config.num_days,
    ticks_per_day: config.ticks_per_day,
    payments: system.payments_due,
    events: facts.events,
    config_hash: facts.config_hash,
    event_log_hash: facts.event_log_hash,
    engine_version: facts.engine_version,
    policies: [...policies].sort(([a, x], [b, y]) => y - x || (a < b ? -1 : 1)),
    offsetting:
      settlement === undefined
        ? lsm.enable_bilateral || lsm.enable_cycles || config.entry_disposition_offsetting
        : settlement.entry.offset !== 'none' || runs.some(({ type }) => !gross.includes(type)),
  };
}

/** What people call a policy: the built-in one, or the document's own id. */
export function policyName(policy: EngineConfig['agent_configs'][number]['policy']): string {
  if (policy.type !== 'FromJson') return policy.type;
  const { policy_id } = JSON.parse(policyText(policy)) as { policy_id?: string };
  return policy_id ?? 'a policy document';
}

export function timeOf({ clock, num_days, ticks_per_day }: EngineConfig, form: ReportForm): TimeFrame {
  const frame = { ticksPerDay: ticks_per_day, days: num_days };
  if (clock === undefined)
    return {
      ...frame,
      startMinutes: form.startMinutes ?? null,
      openings: null,
      tickSeconds: form.tickSeconds ?? null,
      dates: null,
    };
  const calendar = new Calendar(clock, num_days, ticks_per_day);
  const openings = calendar.days.map(({ opening }) => {
    const local = calendar.zone.localAt(opening) / 60_000_000;
    return ((local % 1440) + 1440) % 1440;
  });
  return {
    ...frame,
    startMinutes: openings[0]!,
    openings,
    tickSeconds: tickSeconds(clock.tick),
    dates: calendar.days.map(({ date }) => isoDate(date)),
  };
}

export function moneyOf({ payments }: EngineConfig, form: ReportForm): MoneyForm {
  const amounts = (payments?.sources ?? []).map((source) => (source as { amount?: { currency?: string | null } }).amount);
  const currency = form.currency ?? amounts.find((amount) => amount?.currency)?.currency ?? null;
  return { currency, minorDigits: form.minorDigits ?? 2 };
}
