import type { World } from '../world.js';
import { offsetPairs } from './bilateral.js';
import { attemptCycle, type CycleCandidate } from './cycle-settlement.js';
import { findCandidates } from './cycle-search.js';
import { retryWithinLsm } from './retry.js';

const MAX_ITERATIONS = 3;

/** What the liquidity-saving mechanism settled in a tick. */
export interface LsmResult {
  pairs: number;
  pairValue: number;
  cycles: number;
  cycleValue: number;
  /** Payments that settled gross once offsets and cycles had freed money. */
  released: number;
}

/** Offsets pairs and rings of queued payments, at most three times over (tick phases 11–12; spec 04 §8). */
export function runLsm(world: World): LsmResult {
  const { config, log, lsmRecords, queue2, statistics } = world;
  const { enable_bilateral, enable_cycles } = config.lsm_config;
  const result: LsmResult = { pairs: 0, pairValue: 0, cycles: 0, cycleValue: 0, released: 0 };
  for (let iteration = 0; iteration < MAX_ITERATIONS && queue2.size > 0; iteration++) {
    let settled = 0;
    if (enable_bilateral) settled += offsetAndRetry(world, result);
    if (enable_cycles && queue2.size > 0) settled += resolveCyclesAndRetry(world, result);
    if (settled === 0) break;
  }
  lsmRecords.closeTick();
  statistics.offsetOperations += result.pairs + result.cycles;
  if (config.algorithm_sequencing) {
    log.algorithmExecution(2, result.pairs, result.pairValue);
    log.algorithmExecution(3, result.cycles, result.cycleValue);
  }
  return result;
}

function offsetAndRetry(world: World, result: LsmResult): number {
  const offsets = offsetPairs(world);
  if (offsets.pairs === 0) return 0;
  const released = retryWithinLsm(world);
  result.pairs += offsets.pairs;
  result.pairValue += offsets.value;
  result.released += released;
  return offsets.payments + released;
}

function resolveCyclesAndRetry(world: World, result: LsmResult): number {
  let settled = 0;
  for (const candidate of findCandidates(world)) settled += settleCandidate(world, candidate, result);
  if (settled === 0) return 0;
  const released = retryWithinLsm(world);
  result.released += released;
  return settled + released;
}

function settleCandidate(world: World, candidate: CycleCandidate, result: LsmResult): number {
  if (!attemptCycle(world, candidate)) return 0;
  result.cycles++;
  result.cycleValue += candidate.total;
  return candidate.payments.length;
}
