import type { ListedPayment } from '@simcash/protocol';
import type { SimCashDatabase } from '../database.js';
import { DatabaseError } from '../errors.js';
import { events } from '../queries/events.js';
import { findSimulation } from '../queries/simulations.js';

/** A payment of a stored run, as a list takes it. */
export type ReplayedPayment = Omit<ListedPayment, 'source' | 'source_row'>;

type OfRun = Pick<ListedPayment, 'rtgs_priority' | 'external_ref' | 'payment_type' | 'on_behalf_of' | 'time_critical'> & {
  tx_id: string;
};

/**
 * What arrived in a stored run, in order of its log, for a run of the same payments under other rules (spec 13 §12.1). Payments that
 * scenario events ordered are left out, as the events run again.
 *
 * @param withScenario takes those, too
 * @throws NotStoredError; DatabaseError for a run stored without its events, or with days of another length
 */
export async function arrivalsOfRun(
  database: SimCashDatabase,
  simulationId: string,
  ticksPerDay: number,
  withScenario = false,
): Promise<ReplayedPayment[]> {
  const run = await findSimulation(database, simulationId);
  if (run.persistence_level === 'SUMMARY')
    throw new DatabaseError(`simulation ${simulationId} is stored at level SUMMARY, without its payments`);
  if (run.ticks_per_day !== ticksPerDay)
    throw new DatabaseError(`simulation ${simulationId} has days of ${run.ticks_per_day} ticks, the scenario of ${ticksPerDay}`);
  const rows = await database.query<OfRun>(
    `SELECT tx_id, declared_rtgs_priority AS rtgs_priority, external_ref, payment_type, on_behalf_of, time_critical
     FROM v_payments WHERE simulation_id = $1`,
    [simulationId],
  );
  const whole = new Map(rows.map((row) => [row.tx_id, row]));
  const ordered = withScenario ? new Set<string>() : await orderedByScenario(database, simulationId);
  const payments: ReplayedPayment[] = [];
  for await (const event of events(database, simulationId, { types: ['Arrival'] })) {
    const payment = whole.get(event.tx_id);
    if (payment === undefined || ordered.has(event.tx_id)) continue;
    const { tx_id: _, external_ref, ...texts } = payment;
    payments.push({
      tick: event.tick,
      sender_id: event.sender_id,
      receiver_id: event.receiver_id,
      amount: event.amount,
      deadline_tick: event.deadline,
      priority: Math.min(event.priority, 10),
      is_divisible: event.is_divisible,
      external_ref: external_ref ?? `${simulationId}:${event.tx_id}`,
      ...texts,
    });
  }
  return payments;
}

async function orderedByScenario(database: SimCashDatabase, simulationId: string): Promise<Set<string>> {
  const ordered = new Set<string>();
  for await (const event of events(database, simulationId, { types: ['ScenarioEventExecuted'] }))
    if (event.scenario_event_type === 'custom_transaction_arrival')
      ordered.add((JSON.parse(event.details_json) as { tx_id: string }).tx_id);
  return ordered;
}
