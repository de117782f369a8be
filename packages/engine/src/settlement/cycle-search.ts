import type { World } from '../world.js';
import type { CycleCandidate } from './cycle-settlement.js';
import { findLongCycles } from './long-cycles.js';
import { findTriangles } from './triangles.js';

/**
 * The rings that are attempted in this iteration: of all triangles and long cycles in the central queue the first
 * `max_cycles_per_tick` by total value, equal totals in the order of the search (spec 04 §10.1–10.3).
 */
export function findCandidates(world: World): CycleCandidate[] {
  const { max_cycles_per_tick: wanted } = world.config.lsm_config;
  if (world.cycleCache.version !== world.queue2.version) {
    const triangles = findTriangles(world, wanted);
    world.cycleCache = { version: world.queue2.version, candidates: findLongCycles(world, wanted, triangles) };
  }
  return world.cycleCache.candidates;
}
