import type { PaymentOrder } from '@simcash/protocol';
import type { SimulationQueries } from '../simulation-queries.js';
import type { World } from '../world.js';

/** Where payments come from. The sources of a run are asked one after the other in every tick in which the system is open (phase 4). */
export interface ArrivalSource {
  /** Puts the payments of this tick into the queues of their senders, logs that they arrive, and returns how many there are. */
  arrive(world: World): number;
}

/**
 * Where payments come from that a program orders: a generator of its own, a model, a live feed. What it orders is submitted as by
 * {@link Simulation.submitTransaction}: senders see it in the tick that follows, and records have it as calls, so that a stored run is
 * carried out again without the program. What the program itself remembers is in no snapshot.
 */
export interface PaymentSource {
  /** The payments of the tick that is about to begin, in which the system is open. */
  orders(simulation: SimulationQueries): Iterable<PaymentOrder>;
}
