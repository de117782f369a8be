import type { TickResult } from '@simcash/protocol';

/** A line of `--jsonl ticks` (spec 10 §13.4). */
export function tickLine(result: TickResult, ticksPerDay: number): object {
  return {
    tick: result.tick,
    arrivals: result.num_arrivals,
    settlements: result.num_settlements,
    lsm_releases: result.num_lsm_releases,
    costs: result.total_cost,
    day: Math.floor(result.tick / ticksPerDay),
  };
}
