import { paymentsOfRun, type PaymentsOfRun } from '@simcash/indicators';
import type { SimCashDatabase } from '@simcash/persistence';
import { IndicatorSink } from '../indicators.js';
import { Reexecution } from '../reexecution.js';
import type { StoredRun } from '../stored-run.js';

interface PaymentRow {
  sender_id: string;
  receiver_id: string;
  amount: number;
  arrival_tick: number;
  deadline_tick: number;
  original_priority: number;
  settlement_tick: number | null;
  status: string;
}

/** The payments of a stored run; of one whose payments are not stored, by executing it again. */
export async function storedPayments(database: SimCashDatabase, run: StoredRun): Promise<PaymentsOfRun> {
  const { last_tick: last, persistence_level: level, simulation_id: id } = run.simulation;
  const ticks = (last ?? -1) + 1;
  if (level === 'SUMMARY') {
    const sink = new IndicatorSink(run.scenario);
    new Reexecution(run, sink).runTo(ticks);
    sink.log.ticks = ticks;
    return paymentsOfRun(sink.log);
  }
  const banks = [...run.simulation.agent_ids];
  const place = new Map(banks.map((bank, i) => [bank, i]));
  const rows = await database.query<PaymentRow>(
    `SELECT sender_id, receiver_id, amount, arrival_tick, deadline_tick, original_priority, settlement_tick, status
     FROM v_payments WHERE simulation_id = $1 ORDER BY arrival_seq`,
    [id],
  );
  const payments = rows.map((row) => ({
    sender: place.get(row.sender_id)!,
    receiver: place.get(row.receiver_id)!,
    amount: row.amount,
    arrival: row.arrival_tick,
    deadline: row.deadline_tick,
    priority: row.original_priority,
    settled: row.settlement_tick,
    isCancelled: row.status === 'cancelled',
  }));
  return { payments, banks, ticks };
}
