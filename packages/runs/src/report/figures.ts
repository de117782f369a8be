import { policyText, type EngineConfig } from '@simcash/engine';
import type { IndicatorSheet } from '@simcash/indicators';
import { Calendar, isoDate, tickSeconds } from '@simcash/payments/schema';
import { SimCashDatabase } from '@simcash/persistence';
import {
  AGES,
  groupOf,
  MECHANISM_GROUPS,
  type BankFigures,
  type DelaysOfBand,
  type LatePayment,
  type MechanismGroup,
  type MoneyForm,
  type OffsetMark,
  type RunFigures,
  type RunHead,
  type ScenarioFact,
  type SystemLiquidity,
  type TimeFrame,
  type WaitingAt,
} from '@simcash/pictures';
import { COST_COMPONENTS } from '@simcash/protocol';
import { describeScenarioEvent } from '@simcash/replay';
import { readSheet } from '../indicators.js';
import { recordSimulation } from '../record.js';
import { storedIndicators } from '../stored-indicators.js';
import { openRun, type StoredRun } from '../stored-run.js';
import { VERSION } from '../version.js';

/** What a report says of time and money where the scenario does not. */
export interface ReportForm {
  readonly currency?: string;
  readonly minorDigits?: number;
  /** Local time of the first tick in minutes from midnight, and the length of a tick. */
  readonly startMinutes?: number;
  readonly tickSeconds?: number;
}

/** The figures of a stored run; of one without events, by executing it again (spec 16 §4). */
export async function reportFigures(database: SimCashDatabase, run: StoredRun, form: ReportForm = {}): Promise<RunFigures> {
  if (run.simulation.persistence_level !== 'SUMMARY') return figuresOf(database, run, run, form);
  return inMemory(run, (copy, again) => figuresOf(copy, again, run, form));
}

/** Stores a run once more, with its events, in a database that goes when the work is done. */
async function inMemory<T>(run: StoredRun, work: (database: SimCashDatabase, run: StoredRun) => Promise<T>): Promise<T> {
  const database = await SimCashDatabase.open(':memory:');
  try {
    const { last_tick, simulation_id: id } = run.simulation;
    await recordSimulation(database, run.scenario, {
      id,
      level: 'EVENTS',
      untilTick: (last_tick ?? -1) + 1,
      calls: run.calls,
    });
    return await work(database, await openRun(database, id));
  } finally {
    database.close();
  }
}

async function figuresOf(database: SimCashDatabase, run: StoredRun, stored: StoredRun, form: ReportForm): Promise<RunFigures> {
  const { simulation_id: id } = run.simulation;
  const ticks = (run.simulation.last_tick ?? -1) + 1;
  const sheet = readSheet(await storedIndicators(database, run));
  const reader = new FigureReader(database, id, ticks);
  const series = await reader.bankTicks(run.simulation.agent_ids);
  const facts = (await reader.events()).map(({ text, tick }): ScenarioFact => ({ tick, text }));
  return {
    head: await headOf(database, stored, ticks, sheet),
    time: timeOf(run.scenario.config, form),
    money: moneyOf(run.scenario.config, form),
    sheet,
    settled: await reader.settled(),
    liquidity: systemOf(series, ticks),
    banks: banksOf(run, series, sheet),
    worstQueue: await reader.waitingAt(worstTick(sheet)),
    delays: await reader.delays(),
    latest: await reader.latest(),
    offsets: await reader.offsets(),
    costs: await reader.costs(),
    events: facts,
  };
}

async function headOf(
  database: SimCashDatabase,
  { scenario: { config }, simulation }: StoredRun,
  ticks: number,
  { system }: IndicatorSheet,
): Promise<RunHead> {
  const policies = new Map<string, number>();
  for (const agent of config.agent_configs) {
    const name = policyName(agent.policy);
    policies.set(name, (policies.get(name) ?? 0) + 1);
  }
  const { lsm_config: lsm, settlement } = config;
  const gross = ['retry', 'receipt_reactive'];
  const runs = settlement?.runs.flatMap(({ algorithms }) => algorithms) ?? [];
  return {
    simulation_id: simulation.simulation_id,
    name: simulation.config_name ?? null,
    description: simulation.description ?? null,
    config_file: simulation.config_file ?? null,
    seed: String(config.rng_seed),
    status: simulation.status,
    error_message: simulation.error_message ?? null,
    level: simulation.persistence_level,
    banks: config.agent_configs.length,
    days: config.num_days,
    ticks,
    planned_ticks: config.ticks_per_day * config.num_days,
    ticks_per_day: config.ticks_per_day,
    payments: system.payments_due,
    events: simulation.event_count ?? (await countEvents(database, simulation.simulation_id)),
    config_hash: simulation.config_hash,
    event_log_hash: simulation.event_log_hash ?? null,
    engine_version: simulation.engine_version ?? VERSION,
    policies: [...policies].sort(([a, x], [b, y]) => y - x || (a < b ? -1 : 1)),
    offsetting:
      settlement === undefined
        ? lsm.enable_bilateral || lsm.enable_cycles || config.entry_disposition_offsetting
        : settlement.entry.offset !== 'none' || runs.some(({ type }) => !gross.includes(type)),
  };
}

async function countEvents(database: SimCashDatabase, id: string): Promise<number> {
  const [row] = await database.query<{ n: number }>('SELECT count(*) AS n FROM simulation_events WHERE simulation_id = $1', [id]);
  return row?.n ?? 0;
}

/** What people call a policy: the built-in one, or the document's own id. */
function policyName(policy: EngineConfig['agent_configs'][number]['policy']): string {
  if (policy.type !== 'FromJson') return policy.type;
  const { policy_id } = JSON.parse(policyText(policy)) as { policy_id?: string };
  return policy_id ?? 'a policy document';
}

function timeOf({ clock, num_days, ticks_per_day }: EngineConfig, form: ReportForm): TimeFrame {
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

function moneyOf({ payments }: EngineConfig, form: ReportForm): MoneyForm {
  const amounts = (payments?.sources ?? []).map((source) => (source as { amount?: { currency?: string | null } }).amount);
  const currency = form.currency ?? amounts.find((amount) => amount?.currency)?.currency ?? null;
  return { currency, minorDigits: form.minorDigits ?? 2 };
}

/** Balance and credit limit of every bank, tick by tick. */
type BankSeries = ReadonlyMap<string, { readonly balance: number[]; readonly limit: number[] }>;

function systemOf(series: BankSeries, ticks: number): SystemLiquidity {
  const sums = { positive_balances: zeros(ticks), credit_used: zeros(ticks), credit_limit: zeros(ticks) };
  for (const { balance, limit } of series.values())
    for (let t = 0; t < ticks; t++) {
      sums.positive_balances[t]! += Math.max(balance[t]!, 0);
      sums.credit_used[t]! += Math.max(-balance[t]!, 0);
      sums.credit_limit[t]! += limit[t]!;
    }
  return sums;
}

function banksOf({ scenario: { config } }: StoredRun, series: BankSeries, sheet: IndicatorSheet): BankFigures[] {
  const policies = new Map(config.agent_configs.map(({ id, policy }) => [id, policyName(policy)]));
  return sheet.banks.map((row): BankFigures => {
    const { balance, limit } = series.get(row.bank)!;
    const used = balance.map((cents) => Math.max(-cents, 0));
    const uses = used.flatMap((cents, t) => (limit[t]! > 0 ? [cents / limit[t]!] : []));
    return {
      bank: row.bank,
      policy: policies.get(row.bank)!,
      balance,
      credit_limit: limit,
      lowest_balance: balance.reduce((least, cents) => Math.min(least, cents), balance[0] ?? 0),
      peak_use: uses.length === 0 ? null : uses.reduce((most, use) => Math.max(most, use), 0),
      ticks_at_limit: used.filter((cents, t) => limit[t]! > 0 && cents >= limit[t]!).length,
      payments_due: row.payments_due,
      value_sent: row.value_sent,
      value_received: row.value_received,
      unsettled: row.unsettled_value_end,
      delay_indicator: row.delay_indicator,
      total_cost: row.costs.total,
    };
  });
}

/** The tick at whose end most payments waited, the first of several; null if none ever did. */
function worstTick({ profile }: IndicatorSheet): number | null {
  let worst: number | null = null;
  let most = 0;
  profile.queue1_length.forEach((own, t) => {
    const n = own + profile.queue2_length[t]!;
    if (n > most) [worst, most] = [t, n];
  });
  return worst;
}

const zeros = (n: number): number[] => new Array<number>(n).fill(0);
const LATEST = 20;

/** Reads figures of a stored run from its rows and views. */
class FigureReader {
  constructor(
    private readonly database: SimCashDatabase,
    private readonly id: string,
    private readonly ticks: number,
  ) {}

  async bankTicks(banks: readonly string[]): Promise<BankSeries> {
    const series = new Map(banks.map((bank) => [bank, { balance: zeros(this.ticks), limit: zeros(this.ticks) }]));
    const rows = await this.#query<{ agent_id: string; tick: number; balance: number; credit_limit: number }>(
      'SELECT agent_id, tick, balance, credit_limit FROM v_bank_ticks WHERE simulation_id = $1',
    );
    for (const { agent_id, balance, credit_limit, tick } of rows) {
      const own = series.get(agent_id)!;
      own.balance[tick] = balance;
      own.limit[tick] = credit_limit;
    }
    return series;
  }

  async settled(): Promise<Record<MechanismGroup, number[]>> {
    const settled = Object.fromEntries(MECHANISM_GROUPS.map((group) => [group, zeros(this.ticks)])) as Record<
      MechanismGroup,
      number[]
    >;
    const rows = await this.#query<{ tick: number; type: string; value: number }>(
      `SELECT settlement_tick AS tick, settlement_type AS type, CAST(sum(amount) AS BIGINT) AS value
       FROM v_legs WHERE simulation_id = $1 AND settlement_tick IS NOT NULL GROUP BY ALL`,
    );
    for (const { tick, type, value } of rows) settled[groupOf(type)][tick]! += value;
    return settled;
  }

  /** Legs that stood unsettled at the end of a tick, by sender; neither dropped nor cancelled before. */
  async waitingAt(tick: number | null): Promise<WaitingAt | null> {
    if (tick === null) return null;
    const rows = await this.#query<{ bank: string; age: number; payments: number; value: number }>(
      `WITH gone AS (
         SELECT tx_id, arg_max(event_type, event_seq) AS last FROM simulation_events
         WHERE simulation_id = $1 AND tick <= $2 AND event_type IN ('PolicyDrop', 'RtgsResubmission', 'PaymentCancelled') GROUP BY tx_id
       ), split AS (
         SELECT tx_id FROM simulation_events WHERE simulation_id = $1 AND tick <= $2 AND event_type = 'PolicySplit'
       )
       SELECT sender_id AS bank, CASE WHEN $2 - arrival_tick <= 5 THEN 0 WHEN $2 - arrival_tick <= 20 THEN 1 WHEN $2 - arrival_tick <= 60 THEN 2 ELSE 3 END AS age,
         count(*) AS payments, CAST(sum(amount) AS BIGINT) AS value
       FROM transactions t LEFT JOIN gone USING (tx_id)
       WHERE simulation_id = $1 AND created_tick <= $2 AND (settlement_tick IS NULL OR settlement_tick > $2)
         AND tx_id NOT IN (FROM split) AND (gone.last IS NULL OR gone.last = 'RtgsResubmission')
       GROUP BY ALL`,
      tick,
    );
    const senders = new Map<string, { bank: string; payments: number; value: number; byAge: number[] }>();
    for (const { age, bank, payments, value } of rows) {
      const own = senders.get(bank) ?? { bank, payments: 0, value: 0, byAge: AGES.map(() => 0) };
      own.payments += payments;
      own.value += value;
      own.byAge[age]! += value;
      senders.set(bank, own);
    }
    const list = [...senders.values()].sort((a, b) => b.value - a.value || (a.bank < b.bank ? -1 : 1));
    const sum = (key: 'payments' | 'value'): number => list.reduce((total, one) => total + one[key], 0);
    return { tick, payments: sum('payments'), value: sum('value'), senders: list };
  }

  async delays(): Promise<DelaysOfBand[]> {
    const rows = await this.#query<{ band: string; delay: number | null; payments: number }>(
      `SELECT CASE WHEN original_priority >= 8 THEN 'urgent' WHEN original_priority >= 4 THEN 'normal' ELSE 'low' END AS band,
         delay_ticks AS delay, count(*) AS payments FROM v_payment_timing WHERE simulation_id = $1 GROUP BY ALL ORDER BY delay`,
    );
    return ['urgent', 'normal', 'low'].map((band): DelaysOfBand => {
      const own = rows.filter((row) => row.band === band);
      const settled = own.flatMap(({ delay, payments }) => (delay === null ? [] : [[delay, payments] as const]));
      const payments = own.reduce((sum, row) => sum + row.payments, 0);
      return { band, payments, unsettled: payments - settled.reduce((sum, [, n]) => sum + n, 0), counts: settled };
    });
  }

  latest(): Promise<LatePayment[]> {
    return this.#query<LatePayment>(
      `SELECT tx_id, sender_id AS sender, receiver_id AS receiver, amount, arrival_tick, deadline_tick, settlement_tick,
         CAST(coalesce(settlement_tick, $2) - deadline_tick AS INTEGER) AS late_by
       FROM v_payment_timing WHERE simulation_id = $1 AND coalesce(settlement_tick, $2) > deadline_tick
       ORDER BY late_by DESC, amount DESC, tx_id LIMIT ${LATEST}`,
      this.ticks,
    );
  }

  async offsets(): Promise<OffsetMark[]> {
    const rows = await this.#query<{
      tick: number;
      kind: OffsetMark['kind'];
      payments: number;
      value: number;
      agents: string[];
      nets: number[];
    }>(
      `SELECT tick, cycle_type AS kind, num_transactions AS payments, total_amount AS value, agent_ids AS agents, net_positions AS nets
       FROM lsm_cycles WHERE simulation_id = $1 ORDER BY event_seq`,
    );
    return rows.map(({ agents, kind, nets, payments, tick, value }) => ({
      tick,
      kind,
      payments,
      value,
      saved: value - nets.reduce((sum, net) => sum + Math.max(-net, 0), 0),
      banks: [...new Set(agents)],
    }));
  }

  async costs(): Promise<Record<string, number[]>> {
    const costs = Object.fromEntries(COST_COMPONENTS.map((name) => [name, zeros(this.ticks)]));
    const sums = COST_COMPONENTS.map(
      (name) => `CAST(sum(CAST(details -> 'costs' ->> '${name}' AS BIGINT)) AS BIGINT) AS ${name}`,
    );
    const rows = await this.#query<Record<string, number>>(
      `SELECT tick, ${sums.join(', ')} FROM simulation_events WHERE simulation_id = $1 AND event_type = 'CostAccrual' GROUP BY tick`,
    );
    for (const row of rows) for (const name of COST_COMPONENTS) costs[name]![row.tick!] = row[name]!;
    return costs;
  }

  async events(): Promise<ScenarioFact[]> {
    const rows = await this.#query<{ tick: number; type: string; details: string }>(
      `SELECT tick, details ->> 'scenario_event_type' AS type, details ->> 'details_json' AS details
       FROM simulation_events WHERE simulation_id = $1 AND event_type = 'ScenarioEventExecuted' ORDER BY event_seq`,
    );
    return rows.map(({ details, tick, type }) => ({
      tick,
      text: describeScenarioEvent({
        event_type: 'ScenarioEventExecuted',
        tick,
        scenario_event_type: type,
        details_json: details,
      }),
    }));
  }

  #query<Row extends object>(sql: string, ...parameters: readonly number[]): Promise<Row[]> {
    return this.database.query<Row>(sql, [this.id, ...parameters]);
  }
}
