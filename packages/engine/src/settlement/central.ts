import type { Clock } from '../clock.js';
import { NONE } from '../payments/payments.js';
import type { RunTimes } from '../scenario/settlement/config.js';
import type { World } from '../world.js';
import { scanQueue } from './algorithms/retry.js';
import { reportAlgorithm, reportRun, type RunAccount } from './reports.js';
import type { Run } from './system.js';

/** What the central system settled in a tick. */
export interface CentralResult {
  /** Payments settled gross from the queue. */
  released: number;
  /** Pairs, rings and netted sets. */
  sets: number;
}

/**
 * Sorts the central queue, marks late payments and carries out the runs that are due (tick phases 10–12; spec 12 §3.3). `measure` is
 * told what begins.
 */
export function settleQueued(world: World, measure: (part: 'rtgs_queue' | 'lsm') => void): CentralResult {
  const { clock, deadlines, lsmRecords, queue2, statistics, stress, system } = world;
  system.hasOffset = false;
  system.releasedInTick = 0;
  if (stress?.outages.ofSystem) {
    deadlines.markQueue2(clock.tick);
    return { released: 0, sets: 0 };
  }
  queue2.sort();
  deadlines.markQueue2(clock.tick);
  for (const run of system.runs) {
    if (!isDue(run.config.when, clock)) continue;
    measure(run.algorithms[0]!.type === 'retry' ? 'rtgs_queue' : 'lsm');
    const account = carryOut(world, run);
    if (system.report === 'sequencing' && run === system.runs[0])
      world.log.algorithmExecution(1, account.payments, account.value);
  }
  if (system.report === 'sequencing') logOffsets(world);
  const sets = lsmRecords.closeTick();
  statistics.offsetOperations += sets;
  queue2.publishIndex();
  return { released: system.releasedInTick, sets };
}

/** What the tick's offsets and cycles came to (spec 04 §8). */
function logOffsets({ log, lsmRecords }: World): void {
  const pairs = lsmRecords.open('bilateral');
  const rings = lsmRecords.open('multilateral');
  log.algorithmExecution(2, pairs.count, pairs.value);
  log.algorithmExecution(3, rings.count, rings.value);
}

/** Whether a run is due at this tick of the day (spec 12 §2.5). */
export function isDue(
  when: RunTimes,
  { openTicksOfDay: ticks, tickOfDay: t }: Pick<Clock, 'openTicksOfDay' | 'tickOfDay'>,
): boolean {
  if (when === 'every_tick') return true;
  if (when === 'end_of_day') return t === ticks - 1;
  if ('every' in when) return t % when.every === when.offset;
  if ('ticks' in when) return when.ticks.includes(t);
  const { times_per_day: times } = when;
  return Math.floor(((t + 1) * times) / ticks) > Math.floor((t * times) / ticks);
}

/** A run: its algorithms in order, again and again until nothing settles (spec 12 §3.5). */
function carryOut(world: World, run: Run): RunAccount {
  let size = sizeOf(world, run);
  const account: RunAccount = {
    iterations: 0,
    sets: 0,
    payments: 0,
    value: 0,
    queueBefore: size,
    queueAfter: size,
    queueValueAfter: 0,
    stopped: 'empty',
  };
  for (let settled = 1; settled > 0 && size > 0 && account.iterations < run.config.repeat;) {
    account.iterations++;
    settled = iterate(world, run, account);
    account.stopped = settled === 0 ? 'stable' : 'repeat_limit';
    size = sizeOf(world, run);
  }
  if (size === 0) account.stopped = 'empty';
  account.iterations = Math.max(account.iterations, 1);
  account.queueAfter = size;
  if (world.system.reports) {
    account.queueValueAfter = run.scope.list(world).reduce((sum, p) => sum + world.payments.remaining[p]!, 0);
    reportRun(world, run, account);
  }
  return account;
}

/** One iteration; returns the number of payments that settled. */
function iterate(world: World, run: Run, account: RunAccount): number {
  const { config, scope } = run;
  scope.iteration = account.iterations;
  let settled = 0;
  for (const [position, algorithm] of run.algorithms.entries()) {
    const considered = sizeOf(world, run);
    if (considered === 0) continue;
    const outcome = algorithm.settle(world, scope);
    const isGross = algorithm.type === 'retry' || algorithm.type === 'receipt_reactive';
    const after = outcome.payments > 0 && config.retry_after && !isGross ? scanQueue(world, scope) : NOTHING;
    account.sets += outcome.sets;
    account.payments += outcome.payments + after.payments;
    account.value += outcome.value + after.value;
    settled += outcome.payments + after.payments;
    reportAlgorithm(world, run, algorithm, outcome, { position, iteration: scope.iteration, considered, after: after.payments });
  }
  return settled;
}

const NOTHING = { payments: 0, value: 0 };

/** Number of the payments that a run considers now. */
function sizeOf(world: World, { scope }: Run): number {
  if (scope.isWhole(world)) return world.queue2.size;
  let size = 0;
  for (let p = world.queue2.first(); p !== NONE; p = world.queue2.after(p)) if (scope.includes(world, p)) size++;
  return size;
}
