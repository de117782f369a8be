import { eventLines, type SimCashDatabase } from '@simcash/persistence';
import type { RunFigures } from '@simcash/pictures';
import { EVENT_TYPES } from '@simcash/protocol';
import type { ExplainedPayment } from '../explain/life.js';
import { explainPayment } from '../explain/payment.js';
import { queuesOf, type QueuesNow } from '../explain/queues.js';
import { executedTo, reasonAt, type WaitingReason } from '../explain/reason.js';
import { reportFigures } from '../report/figures.js';
import type { StoredRun } from '../stored-run.js';
import { policiesOf } from './policies.js';
import type {
  EventPage,
  EventQuery,
  ListedPayment,
  PaymentOrder,
  PaymentPage,
  PaymentQuery,
  PaymentStatus,
  PolicyOfBanks,
  RunSource,
} from './source.js';

const CONDITIONS: Readonly<Record<PaymentStatus, string>> = {
  '': 'TRUE',
  settled: 'settlement_tick IS NOT NULL',
  late: 'settlement_tick > deadline_tick',
  open: 'settlement_tick IS NULL',
};

const ORDERS: Readonly<Record<PaymentOrder, string>> = {
  '': 'arrival_tick, tx_id',
  amount: 'amount DESC, tx_id',
  delay: 'coalesce(settlement_tick, $2) - arrival_tick DESC, tx_id',
  late: 'coalesce(settlement_tick, $2) - deadline_tick DESC, tx_id',
};

/** A run in a database, as long as it is open. Conditions and orders are fixed texts; what is asked for is bound. */
export class StoredSource implements RunSource {
  readonly id: string;
  readonly configText: string;
  readonly policies: readonly PolicyOfBanks[];

  /** `figures` gives those of the run, where somebody keeps them. */
  constructor(
    private readonly database: SimCashDatabase,
    private readonly run: StoredRun,
    private readonly kept: () => Promise<RunFigures> = () => reportFigures(database, run),
    readonly playground: string | null = null,
  ) {
    this.id = run.simulation.simulation_id;
    this.configText = run.simulation.config_json;
    this.policies = policiesOf(run.scenario.config);
  }

  /** The figures of the run so far. */
  figures(): Promise<RunFigures> {
    return this.kept();
  }

  /** A page of the payments that a query asks for. */
  async payments({ bank, from, limit, sort, status }: PaymentQuery): Promise<PaymentPage> {
    const where = `FROM v_payment_timing WHERE simulation_id = $1 AND $2 IS NOT NULL AND ($3 = '' OR sender_id = $3 OR receiver_id = $3) AND ${CONDITIONS[status]}`;
    const values = [this.id, this.#ticks, bank];
    const [sum] = await this.database.query<{ total: number; value: number | null }>(
      `SELECT count(*) AS total, CAST(sum(amount) AS BIGINT) AS value ${where}`,
      values,
    );
    const rows = await this.database.query<ListedPayment>(
      `SELECT tx_id, sender_id AS sender, receiver_id AS receiver, amount, original_priority AS priority, arrival_tick, deadline_tick,
         settlement_tick ${where} ORDER BY ${ORDERS[sort]} LIMIT $5 OFFSET $4`,
      [...values, from, limit],
    );
    return { total: sum!.total, value: sum!.value ?? 0, rows };
  }

  payment(name: string): Promise<ExplainedPayment | null> {
    return explainPayment(this.database, this.run, name);
  }

  /** A reason is given only if what is executed now is what is stored, byte for byte. */
  async reason(tx: string, tick: number): Promise<WaitingReason | string> {
    let reason: WaitingReason;
    try {
      reason = reasonAt(this.run, tx, tick);
    } catch (error) {
      return `The run cannot be executed again here: ${(error as Error).message}. simcash explain --plugin takes settlement algorithms of files.`;
    }
    if (this.run.simulation.persistence_level === 'SUMMARY') return reason;
    let lines = '';
    for await (const text of eventLines(this.database, this.id, { fromTick: tick, toTick: tick })) lines += text;
    return lines === reason.lines
      ? reason
      : 'Executing the run again gives other events in this tick than those that are stored, so no reason can be given. simcash replay --verify says where they part.';
  }

  /** By executing the run again up to the tick. */
  async queues(tick: number, bank?: string): Promise<QueuesNow | string> {
    const runs = this.run.scenario.config.settlement?.runs ?? [];
    if (runs.some(({ algorithms }) => algorithms.some(({ type }) => type === 'custom')))
      return 'This run had a settlement algorithm of its own: simcash queues --plugin shows its queues.';
    return queuesOf(executedTo(this.run, tick + 1), bank);
  }

  /** The events in order. */
  async events({ bank, limit, tick, tx, type }: EventQuery): Promise<EventPage> {
    const lines: string[] = [];
    let total = 0;
    for await (const text of eventLines(this.database, this.id, {
      fromTick: tick,
      toTick: tick,
      ...(type === '' ? {} : { types: [type] }),
      ...(tx === '' ? {} : { transactions: [tx] }),
      ...(bank === '' ? {} : { agents: [bank], involving: EVENT_TYPES }),
    }))
      for (const line of text.trimEnd().split('\n')) if (++total <= limit) lines.push(line);
    return { total, lines };
  }

  get #ticks(): number {
    return (this.run.simulation.last_tick ?? -1) + 1;
  }
}
