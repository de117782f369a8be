import { eventLines, type SimCashDatabase } from '@simcash/persistence';
import type { SimulationOptions } from '@simcash/engine';
import type { EventBatch, SimulationEvent } from '@simcash/protocol';
import { paymentLife, type LifeStep } from '@simcash/replay';
import { Reexecution, type StoredRun } from '../stored-run.js';
import { idsByName } from './payments-named.js';

/** A payment of a run: what became of it, how long it waited where, and its life step by step. */
export interface ExplainedPayment {
  tx_id: string;
  created_tick: number;
  settlement_tick: number | null;
  queue1_ticks: number;
  queue2_ticks: number;
  status: string;
  life: readonly LifeStep[];
}

/**
 * Looks a payment up by its id or its reference; null if there is none. A run that is stored without its payments is executed again,
 * with the settlement algorithms of its own that it had.
 */
export function explainPayment(
  database: SimCashDatabase,
  run: StoredRun,
  name: string,
  algorithms: NonNullable<SimulationOptions['algorithms']> = {},
): Promise<ExplainedPayment | null> {
  const isStored = run.simulation.persistence_level !== 'SUMMARY';
  return isStored ? storedPayment(database, run, name) : executedPayment(run, name, algorithms);
}

async function storedPayment(database: SimCashDatabase, run: StoredRun, name: string): Promise<ExplainedPayment | null> {
  const id = run.simulation.simulation_id;
  const [tx = name] = (await idsByName(database, run, [name])).get(name)!;
  const [payment] = await database.query<Omit<ExplainedPayment, 'life'>>(
    `SELECT tx_id, created_tick, settlement_tick, queue1_ticks, queue2_ticks, status FROM transactions
     WHERE simulation_id = $1 AND tx_id = $2`,
    [id, tx],
  );
  if (!payment) return null;
  const events: SimulationEvent[] = [];
  for await (const lines of eventLines(database, id, { transactions: [tx] })) events.push(...eventsIn(lines));
  return { ...payment, life: paymentLife(tx, events) };
}

const eventsIn = (lines: string): SimulationEvent[] =>
  lines.split('\n').flatMap((line) => (line === '' ? [] : [JSON.parse(line) as SimulationEvent]));

async function executedPayment(
  run: StoredRun,
  name: string,
  algorithms: NonNullable<SimulationOptions['algorithms']>,
): Promise<ExplainedPayment | null> {
  let tx = name;
  const events: SimulationEvent[] = [];
  const write = (batch: EventBatch): void => {
    for (const line of batch.toNdjson().split('\n')) {
      if (!line.includes(JSON.stringify(tx))) continue;
      const event = JSON.parse(line) as SimulationEvent;
      // Named by its reference, which only its arrival has.
      if (event.event_type === 'Arrival' && event.external_ref === tx) tx = event.tx_id;
      events.push(event);
    }
  };
  const execution = new Reexecution(run, { write }, algorithms);
  const { simulation } = execution;
  const waited = { queue1_ticks: 0, queue2_ticks: 0 };
  for (let tick = 0; tick <= (run.simulation.last_tick ?? -1); tick++) {
    execution.runTo(tick + 1);
    const payment = events.length === 0 ? null : simulation.transaction(tx);
    if (payment === null) continue;
    if (simulation.queue1(payment.sender_id).includes(tx)) waited.queue1_ticks++;
    else if (simulation.queue2().includes(tx)) waited.queue2_ticks++;
  }
  const created = events.find((event) => event.event_type === 'Arrival' && event.tx_id === tx);
  if (created === undefined) return null;
  const life = paymentLife(tx, events);
  const has = (type: string): boolean =>
    events.some((event) => event.event_type === type && 'tx_id' in event && event.tx_id === tx);
  const left = simulation.transaction(tx);
  const settlement = left === null || left.status === 'Settled' ? (life.at(-1)?.tick ?? null) : null;
  const status =
    settlement !== null
      ? 'settled'
      : has('PaymentCancelled')
        ? 'cancelled'
        : has('PolicyDrop')
          ? 'dropped'
          : has('PolicySplit')
            ? 'split'
            : left!.status.toLowerCase();
  return {
    tx_id: tx,
    created_tick: created.tick,
    settlement_tick: status === 'settled' ? settlement : null,
    ...waited,
    status,
    life,
  };
}
