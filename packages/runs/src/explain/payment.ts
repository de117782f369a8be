import { events, type SimCashDatabase } from '@simcash/persistence';
import type { SimulationOptions } from '@simcash/engine';
import type { EventBatch, SimulationEvent } from '@simcash/protocol';
import { paymentLife } from '@simcash/replay';
import { Reexecution } from '../reexecution.js';
import type { StoredRun } from '../stored-run.js';
import { explainedBy, type ExplainedPayment } from './life.js';
import { idsByName } from './payments-named.js';

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
  const about: SimulationEvent[] = [];
  for await (const event of events(database, id, { transactions: [tx] })) about.push(event);
  return { ...payment, life: paymentLife(tx, about) };
}

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
  const ticks = (run.simulation.last_tick ?? -1) + 1;
  const simulation = new Reexecution(run, { write }, algorithms).runTo(ticks);
  return explainedBy(tx, events, simulation.transaction(tx), ticks);
}
