import {
  groupOf,
  MECHANISM_GROUPS,
  PICTURE_QUERIES,
  type DelaysOfBand,
  type LatePayment,
  type MechanismGroup,
  type OffsetMark,
  type RunFigures,
  type ScenarioFact,
  type WaitingAt,
} from '@simcash/pictures';
import { SimCashDatabase } from '@simcash/persistence';
import { COST_COMPONENTS } from '@simcash/protocol';
import { describeScenarioEvent } from '@simcash/replay';
import { readSheet } from '../indicators.js';
import { recordSimulation } from '../record.js';
import { storedIndicators } from '../stored-indicators.js';
import { openRun, type StoredRun } from '../stored-run.js';
import { VERSION } from '../version.js';
import { headOf, moneyOf, timeOf, type ReportForm, type RunFacts } from './head.js';
import { banksOf, LATEST, rankedSenders, systemOf, worstTick, zeros, type BankSeries, type WaitingOfAge } from './series.js';

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
  const { config } = run.scenario;
  const { simulation_id: id } = run.simulation;
  const ticks = (run.simulation.last_tick ?? -1) + 1;
  const sheet = readSheet(await storedIndicators(database, run));
  const reader = new FigureReader(database, id, ticks);
  const series = await reader.bankTicks(run.simulation.agent_ids);
  const facts = (await reader.events()).map(({ text, tick }): ScenarioFact => ({ tick, text }));
  return {
    head: headOf({ ...factsOf(stored), ticks, events: stored.simulation.event_count ?? (await reader.count()) }, config, sheet),
    time: timeOf(config, form),
    money: moneyOf(config, form),
    sheet,
    settled: await reader.settled(),
    liquidity: systemOf(series, ticks),
    banks: banksOf(config, series, sheet),
    worstQueue: await reader.waitingAt(worstTick(sheet)),
    delays: await reader.delays(),
    latest: await reader.latest(),
    offsets: await reader.offsets(),
    costs: await reader.costs(),
    events: facts,
  };
}

const factsOf = ({ simulation }: StoredRun): Omit<RunFacts, 'ticks' | 'events'> => ({
  simulation_id: simulation.simulation_id,
  name: simulation.config_name ?? null,
  description: simulation.description ?? null,
  config_file: simulation.config_file ?? null,
  status: simulation.status,
  error_message: simulation.error_message ?? null,
  level: simulation.persistence_level,
  config_hash: simulation.config_hash,
  event_log_hash: simulation.event_log_hash ?? null,
  engine_version: simulation.engine_version ?? VERSION,
});

/** Reads figures of a stored run from its rows and views. */
class FigureReader {
  constructor(
    private readonly database: SimCashDatabase,
    private readonly id: string,
    private readonly ticks: number,
  ) {}

  async count(): Promise<number> {
    const [row] = await this.#query<{ n: number }>('SELECT count(*) AS n FROM simulation_events WHERE simulation_id = $1');
    return row!.n;
  }

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
    return tick === null ? null : rankedSenders(tick, await this.#query<WaitingOfAge>(PICTURE_QUERIES.P6!));
  }

  async delays(): Promise<DelaysOfBand[]> {
    const rows = await this.#query<{ band: string; delay: number | null; payments: number }>(PICTURE_QUERIES.P7!);
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
    const rows = await this.#query<OffsetMark>(PICTURE_QUERIES.P9!);
    return rows.map((row) => ({ ...row, banks: [...new Set(row.banks)] }));
  }

  async costs(): Promise<Record<string, number[]>> {
    const costs = Object.fromEntries(COST_COMPONENTS.map((name) => [name, zeros(this.ticks)]));
    const rows = await this.#query<Record<string, number>>(PICTURE_QUERIES.P12!);
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
