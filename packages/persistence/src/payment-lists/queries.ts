import type { SimCashDatabase } from '../database.js';
import { DatabaseError, NotStoredError } from '../errors.js';
import { findSimulation } from '../queries/simulations.js';
import type { Rows } from '../schema/tables.js';
import { LIST_TABLES } from '../schema/tables/lists.js';

/** A stored payment list, and how many runs were made from it. */
export type StoredPaymentList = Omit<Rows['payment_datasets'], 'total_value'> & {
  /** Cents; a text beyond the exact range. */
  total_value: number | string;
  /** How many runs use it. */
  num_runs: number;
};

const LISTS = `SELECT d.* REPLACE (CAST(d.total_value AS VARCHAR) AS total_value), (SELECT count(*) FROM simulations s WHERE s.dataset_sha256 = d.dataset_sha256) AS num_runs
FROM payment_datasets d`;

/** Stored payment lists, newest first. */
export const listPaymentLists = (database: SimCashDatabase): Promise<StoredPaymentList[]> =>
  lists(database, `${LISTS} ORDER BY created_at DESC, dataset_sha256`);

async function lists(database: SimCashDatabase, sql: string, values: string[] = []): Promise<StoredPaymentList[]> {
  const rows = await database.query<StoredPaymentList>(sql, values);
  return rows.map((row) => {
    const value = Number(row.total_value);
    return Number.isSafeInteger(value) ? { ...row, total_value: value } : row;
  });
}

/** A payment list by its SHA-256, or the first digits of it: eight at least. @throws NotStoredError unless it is one list */
export async function findPaymentList(database: SimCashDatabase, sha256: string): Promise<StoredPaymentList> {
  const found = /^[0-9a-f]{8,64}$/.test(sha256)
    ? await lists(database, `${LISTS} WHERE starts_with(dataset_sha256, $1) ORDER BY dataset_sha256`, [sha256])
    : [];
  if (found.length === 1) return found[0]!;
  if (found.length > 1)
    throw new NotStoredError(`${sha256} begins the names of ${found.length} payment lists in ${database.path}: give more digits`);
  const known = (await listPaymentLists(database)).slice(0, 10).map(({ dataset_sha256: name }) => name.slice(0, 12));
  throw new NotStoredError(`payment list ${sha256} not found in ${database.path}`, known);
}

/** Rows of a list that were not taken. */
export const rejectedRows = (database: SimCashDatabase, sha256: string): Promise<Rows['payment_dataset_rejects'][]> =>
  database.query<Rows['payment_dataset_rejects']>(
    'SELECT * FROM payment_dataset_rejects WHERE dataset_sha256 = $1 ORDER BY source, source_row',
    [sha256],
  );

/** Deletes a payment list. @throws NotStoredError; DatabaseError as long as a run names it */
export async function deletePaymentList(database: SimCashDatabase, sha256: string): Promise<void> {
  const { dataset_sha256: name, num_runs: runs } = await findPaymentList(database, sha256);
  if (runs > 0) throw new DatabaseError(`payment list ${name.slice(0, 12)} is the one of ${runs} stored runs: delete them first`);
  await database.transaction(async (session) => {
    for (const table of LIST_TABLES) await session.execute(`DELETE FROM ${table} WHERE dataset_sha256 = $1`, [name]);
  });
}

/** Columns of {@link ExportedPayment}, in order. */
export const EXPORT_COLUMNS = [
  ...([
    'external_ref',
    'tick',
    'sender',
    'receiver',
    'amount',
    'priority',
    'rtgs_priority',
    'deadline',
    'time_critical',
  ] as const),
  ...(['payment_type', 'on_behalf_of', 'divisible', 'arrival_seq', 'tx_id', 'settlement_tick', 'settled_at', 'outcome'] as const),
] as const satisfies readonly (keyof ExportedPayment)[];

/** A payment of a run as a list has it, and what became of it. Money is cents. */
export interface ExportedPayment {
  /** The payment's reference in the list. */
  external_ref: string | null;
  /** Ticks are counted from 0 over all days. */
  tick: number;
  /** The bank that pays. */
  sender: string;
  /** The bank that is paid. */
  receiver: string;
  /** In cents. */
  amount: number;
  /** From 0 to 10; the higher, the more urgent. */
  priority: number;
  /** The priority in the central settlement; null if none was declared. */
  rtgs_priority: string | null;
  /** The last tick in which it is in time. */
  deadline: number;
  /** Whether the payment must settle at a given time. */
  time_critical: boolean;
  /** What kind of payment it is, in the words of the list. */
  payment_type: string | null;
  /** The customer for whom the bank pays. */
  on_behalf_of: string | null;
  /** Whether a policy may split the payment. */
  divisible: boolean;
  /** The number of the arrival within its run. */
  arrival_seq: number;
  /** The payment's id. */
  tx_id: string;
  /** The tick in which the payment settled; null if it did not. */
  settlement_tick: number | null;
  /** Local time of the clock, beginning of the tick. */
  settled_at: string | null;
  /** What became of it. */
  outcome: string;
}

/** What settled between two banks on a day of a run: of a payment in parts what settled of it that day. Money is cents. */
export interface SettledPayment {
  /** Days are counted from 0. */
  day: number;
  /** The payment's id. */
  tx_id: string;
  /** The payment's reference in the list. */
  external_ref: string | null;
  /** The bank that pays. */
  sender_id: string;
  /** The bank that is paid. */
  receiver_id: string;
  /** In cents. */
  amount: number;
}

/** Payments of a run by the day on which they settled, in order of arrival. */
export const settledPayments = (database: SimCashDatabase, simulationId: string): Promise<SettledPayment[]> =>
  database.query<SettledPayment>(
    `SELECT l.settlement_day AS day, p.tx_id, p.external_ref, p.sender_id, p.receiver_id, sum(l.amount)::BIGINT AS amount
     FROM v_legs l JOIN v_payments p USING (simulation_id, arrival_seq)
     WHERE l.simulation_id = $1 AND l.settlement_tick IS NOT NULL
     GROUP BY l.settlement_day, p.tx_id, p.external_ref, p.sender_id, p.receiver_id, p.arrival_seq ORDER BY p.arrival_seq, day`,
    [simulationId],
  );

/** Balances of the banks at the beginning and the end of the days of a run; dates only with a clock. */
export interface DayBalances {
  /** The bank's id. */
  bank: string;
  /** Days are counted from 0. */
  day: number;
  /** The date, as `YYYY-MM-DD`; null without a calendar. */
  date: string | null;
  /** Balance at the beginning, in cents. */
  opening_balance: number;
  /** Balance at the end, in cents. */
  closing_balance: number;
}

/** Balances of all banks at the beginning and the end of each day. */
export const dayBalances = (database: SimCashDatabase, simulationId: string): Promise<DayBalances[]> =>
  database.query<DayBalances>(
    `SELECT m.agent_id AS bank, m.day, c.business_date::VARCHAR AS date, m.opening_balance, m.closing_balance
     FROM daily_agent_metrics m LEFT JOIN simulation_calendar c USING (simulation_id, day)
     WHERE m.simulation_id = $1 ORDER BY m.day, m.agent_id`,
    [simulationId],
  );

/** The payments of a run in order of arrival (spec 13 §16). @throws NotStoredError; DatabaseError for a run stored without them */
export async function paymentsOfRun(database: SimCashDatabase, simulationId: string): Promise<ExportedPayment[]> {
  const { persistence_level: level } = await findSimulation(database, simulationId);
  if (level === 'SUMMARY') throw new DatabaseError(`simulation ${simulationId} is stored at level SUMMARY, without its payments`);
  return database.query<ExportedPayment>(
    `SELECT p.external_ref, p.arrival_tick AS tick, p.sender_id AS sender, p.receiver_id AS receiver, p.amount,
       p.original_priority AS priority, p.declared_rtgs_priority AS rtgs_priority, p.deadline_tick AS deadline, p.time_critical,
       p.payment_type, p.on_behalf_of, p.is_divisible AS divisible, p.arrival_seq, p.tx_id, p.settlement_tick,
       strftime(t.local_time, '%Y-%m-%dT%H:%M:%S') AS settled_at, p.status AS outcome
     FROM v_payments p LEFT JOIN v_tick_times t ON t.simulation_id = p.simulation_id AND t.tick = p.settlement_tick
     WHERE p.simulation_id = $1 ORDER BY p.arrival_seq`,
    [simulationId],
  );
}
