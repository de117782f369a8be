/**
 * A sink of your own: it receives the events of each tick while the run goes on, keeps what it wants, and lets go of the rest. Memory
 * does not grow with the length of the run.
 *
 * Prints:
 *
 *     hour 0 1905485
 *     hour 1 1947109
 *     hour 2 1503997
 *     hour 3 1271003
 *     hour 4 1491130
 *     hour 5 1557543
 *     hour 6 1299856
 *     hour 7 1584509
 *     RtgsImmediateSettlement 8339749
 *     Queue2LiquidityRelease 4220883
 *     1166 events, 13 payments still open
 */
import { Simulation } from '@simcash/engine';
import type { EventBatch, EventSink } from '@simcash/protocol';

/** Value settled by the hour, and how it was settled. */
class Settlements implements EventSink {
  readonly byHour: number[] = [];
  readonly byKind = new Map<string, number>();
  readonly #ticksPerHour: number;

  constructor(ticksPerHour: number) {
    this.#ticksPerHour = ticksPerHour;
  }

  write(batch: EventBatch): void {
    const hour = Math.floor(batch.tick / this.#ticksPerHour);
    for (const event of batch) {
      let value = 0;
      if (event.event_type === 'RtgsImmediateSettlement' || event.event_type === 'Queue2LiquidityRelease') value = event.amount;
      else if (event.event_type === 'LsmBilateralOffset') value = event.amount_a + event.amount_b;
      else continue;
      this.byHour[hour] = (this.byHour[hour] ?? 0) + value;
      this.byKind.set(event.event_type, (this.byKind.get(event.event_type) ?? 0) + value);
    }
  }
}

const sink = new Settlements(6);
const simulation = Simulation.create(
  {
    simulation: { ticks_per_day: 48, num_days: 1, rng_seed: 11 },
    agents: ['NORTH', 'SOUTH'].map((id) => ({
      id,
      opening_balance: 100_000,
      arrival_config: {
        rate_per_tick: 3,
        amount_distribution: { type: 'Uniform', min: 10_000, max: 90_000 },
        counterparty_weights: { [id === 'NORTH' ? 'SOUTH' : 'NORTH']: 1 },
        deadline_range: [5, 20],
      },
    })),
  },
  { sink, history: 'release' },
);
simulation.run();
sink.byHour.forEach((value, hour) => console.log(`hour ${hour}`, value));
for (const [kind, value] of sink.byKind) console.log(kind, value);
console.log(`${simulation.eventCount} events, ${simulation.transactions().length} payments still open`);
