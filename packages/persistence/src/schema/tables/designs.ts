import { bigint, integer, name, optional, simulation, table } from '../column.js';

/** What both tables say of what was settled. */
const DONE = {
  sets: integer('netted sets, pairs and rings'),
  payments: integer('payments in these sets, and payments settled gross'),
  settled_value: bigint('cents; sum of their amounts'),
} as const;

const event_seq = optional(bigint('its event; `NULL` where the scenario reports changes only and there was none'));

export const settlement_runs = table({
  about: 'Every run of the central system under a settlement design, and how it ended.',
  written: 'From level EVENTS, every tick in which a run was due; nothing without the key `settlement`',
  level: 'EVENTS',
  logicalKey: ['simulation_id', 'tick', 'run'],
  columns: {
    simulation_id: simulation,
    tick: integer('tick, from 0 over the whole run'),
    day: integer('day, from 0: `tick // ticks_per_day`'),
    run: name('name of the run'),
    iterations: integer('times that its algorithms were gone through'),
    ...DONE,
    queue_before: integer('payments that it considered'),
    queue_after: integer('payments of its classes that still wait'),
    queue_value_after: bigint('cents; sum of their amounts'),
    stopped: name('`stable`: nothing more settles; `empty`: nothing waits; `repeat_limit`: it might have gone on'),
    event_seq,
  },
});

export const algorithm_runs = table({
  about: 'Every execution of a settlement algorithm, and what it left out because of a parameter.',
  written: 'From level EVENTS, every tick in which its run was due; nothing without the key `settlement`',
  level: 'EVENTS',
  logicalKey: ['simulation_id', 'tick', 'run', 'iteration', 'position'],
  columns: {
    simulation_id: simulation,
    tick: integer('tick, from 0 over the whole run'),
    day: integer('day, from 0: `tick // ticks_per_day`'),
    run: name('name of the run'),
    algorithm: name('type of the algorithm'),
    position: integer('place in the list of the run, from 0'),
    iteration: integer('from 1'),
    considered: integer('payments that it looked at'),
    ...DONE,
    released_after: integer('payments that the gross scan after it settled'),
    dropped: integer('payments taken out of a set while it was sought'),
    refilled: integer('payments put back into it'),
    skipped: integer('payments, or sets, left out because of a parameter'),
    truncated: optional(name('the parameter that held something back')),
    proof: optional(name('of `optimal`: what is proven, `full`, `value` or `none`')),
    bound: optional(bigint('of `optimal`: not below the best value (cents) or number')),
    nodes: optional(bigint('of `optimal`: nodes of its search')),
    event_seq,
  },
});
