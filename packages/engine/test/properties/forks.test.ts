import * as fc from 'fast-check';
import { describe, expect } from 'vitest';
import { create, makeCalls } from './drive.js';
import type { Simulation } from './engine.js';
import { property } from './property.js';
import { anyWorkload, type Workload } from './scenarios.js';

/** A copy of a simulation between two ticks, or in one that stands still (spec 18 §2). */

const fork = fc.record({ tick: fc.nat({ max: 44 }), standsStill: fc.boolean() });
const log = (simulation: Simulation): string => simulation.events.toNdjson();

/** Runs a workload up to a tick, and lets that stand still if asked for. */
function begun({ calls, scenario }: Workload, tick: number, standsStill: boolean): Simulation {
  const simulation = create({ scenario, calls });
  while (simulation.currentTick < Math.min(tick, simulation.totalTicks - 1)) {
    makeCalls(simulation, calls);
    simulation.tick();
  }
  makeCalls(simulation, calls);
  if (standsStill) simulation.beginTick();
  return simulation;
}

/** The rest of a workload, the calls before the next tick having been made. */
function finish(simulation: Simulation, { calls }: Workload): void {
  for (;;) {
    simulation.tick();
    if (simulation.currentTick >= simulation.totalTicks) return;
    makeCalls(simulation, calls);
  }
}

describe('a fork', () => {
  property('goes on exactly as the original does', 120, fc.tuple(anyWorkload(), fork), ([work, { standsStill, tick }]) => {
    const original = begun(work, tick, standsStill);
    const copy = original.fork();
    const alone = begun(work, tick, standsStill);
    for (const simulation of [original, copy, alone]) finish(simulation, work);
    expect(log(original)).toBe(log(alone));
    // The events of a standing tick are in both logs, those of earlier ones in the original's only.
    expect(log(original).endsWith(log(copy))).toBe(true);
    expect(copy.events.length).toBeGreaterThan(0);
    expect(copy.snapshot()).toBe(original.snapshot());
    expect(copy.agentIds.map((id) => copy.releases(id))).toEqual(original.agentIds.map((id) => original.releases(id)));
  });

  property(
    'goes its own way, and the original goes on as if there were none',
    60,
    fc.tuple(anyWorkload(), fork),
    ([work, { standsStill, tick }]) => {
      const original = begun(work, tick, standsStill);
      const copy = original.fork();
      for (const id of copy.agentIds) copy.decideRelease(id, { all: false });
      copy.run();
      const alone = begun(work, tick, standsStill);
      for (const simulation of [original, alone]) finish(simulation, work);
      expect(log(original)).toBe(log(alone));
      expect(original.snapshot()).toBe(alone.snapshot());
    },
  );
});
