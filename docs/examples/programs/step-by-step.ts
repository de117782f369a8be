/**
 * Tick by tick: a program orders payments, looks at the queues, takes one back and posts collateral while the run goes on.
 *
 * Prints:
 *
 *     T00000002 is Settled, T00000001 waits in the central queue: [ 'T00000001' ]
 *     it lacks liquidity: 80000 to pay, 30000 available
 *     own queue of NORTH [ 'T00000001' ] central queue []
 *     Posted 40000 cents collateral at tick 2
 *     tick 2: 1 settled; NORTH has -30000
 *     6 ticks, 20 events
 */
import { Simulation } from '@simcash/engine';

const simulation = Simulation.create({
  simulation: { ticks_per_day: 6, num_days: 1, rng_seed: 1 },
  agents: [
    { id: 'NORTH', opening_balance: 50_000 },
    { id: 'SOUTH', opening_balance: 0 },
    { id: 'WEST', opening_balance: 0 },
  ],
});
const pay = (sender: string, receiver: string, amount: number): string =>
  simulation.submitTransaction({ sender, receiver, amount, deadline_tick: 5, priority: 5, divisible: false });

const large = pay('NORTH', 'SOUTH', 80_000);
const small = pay('NORTH', 'WEST', 20_000);
simulation.tick();
console.log(`${small} is ${simulation.transaction(small)?.status}, ${large} waits in the central queue:`, simulation.queue2());

// Why does it wait? NORTH has 300.00 left of the 800.00 that it owes.
const wait = simulation.centralWait(large);
console.log(`it lacks ${wait?.causes.join()}: ${wait?.amount} to pay, ${wait?.available} available`);

// Money comes in, but too little; the payment is taken back, and goes into the bank's own queue.
pay('WEST', 'NORTH', 20_000);
simulation.tick();
simulation.withdrawFromRtgs(large);
console.log('own queue of NORTH', simulation.queue1('NORTH'), 'central queue', simulation.queue2());

// Collateral gives credit, less its haircut: now the payment settles.
const posted = simulation.postCollateral('NORTH', 40_000);
console.log(posted.message);
const { num_settlements, tick } = simulation.tick();
console.log(`tick ${tick}: ${num_settlements} settled; NORTH has ${simulation.agent('NORTH').balance}`);

simulation.run();
console.log(`${simulation.currentTick} ticks, ${simulation.eventCount} events`);
