import type { World } from '../world.js';
import type { Outcome, SettlementAlgorithm } from './algorithm.js';
import type { Run } from './system.js';

/** Circumstances of one execution of an algorithm. */
export interface Execution {
  /** Place in the list of the run, from 0. */
  position: number;
  iteration: number;
  considered: number;
  /** Payments that the retry after it settled. */
  after: number;
}

/** What happened in a run. */
export interface RunAccount {
  iterations: number;
  sets: number;
  payments: number;
  value: number;
  queueBefore: number;
  queueAfter: number;
  queueValueAfter: number;
  stopped: 'stable' | 'empty' | 'repeat_limit';
}

/** Keeps, counts and, if it says something, logs what an algorithm did (spec 12 §8.3). */
export function reportAlgorithm(
  world: World,
  run: Run,
  algorithm: SettlementAlgorithm,
  account: Outcome,
  { after, considered, iteration, position }: Execution,
): void {
  const { clock, log, system } = world;
  if (account.truncated !== null) system.countCutOff(account.truncated);
  if (!system.reports) return;
  const fields = {
    run: run.config.name,
    algorithm: algorithm.type,
    position,
    iteration,
    considered,
    sets: account.sets,
    payments: account.payments,
    settled_value: account.value,
    released_after: after,
    dropped: account.dropped,
    refilled: account.refilled,
    skipped: account.skipped,
    truncated: account.truncated,
    proof: account.proof,
    bound: account.bound,
    nodes: account.nodes,
  };
  const settled = account.payments + after > 0;
  const says = account.truncated !== null || account.skipped > 0 || (account.proof !== null && account.proof !== 'full');
  const logged = system.report === 'all' || settled || says;
  if (logged) log.rare('AlgorithmRun', fields);
  system.algorithmReports.push({ ...fields, tick: clock.tick, day: clock.day, event_seq: logged ? log.total - 1 : null });
}

/** The same for a whole run. */
export function reportRun(world: World, run: Run, account: RunAccount): void {
  const { clock, log, system } = world;
  const fields = {
    run: run.config.name,
    iterations: account.iterations,
    sets: account.sets,
    payments: account.payments,
    settled_value: account.value,
    queue_before: account.queueBefore,
    queue_after: account.queueAfter,
    queue_value_after: account.queueValueAfter,
    stopped: account.stopped,
  };
  const logged = system.report === 'all' || account.payments > 0 || account.stopped === 'repeat_limit';
  if (logged) log.rare('SettlementRun', fields);
  system.runReports.push({ ...fields, tick: clock.tick, day: clock.day, event_seq: logged ? log.total - 1 : null });
}
