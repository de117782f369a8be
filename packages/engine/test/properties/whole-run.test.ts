import { describe, expect } from 'vitest';
import { create, makeCalls } from './drive.js';
import { property } from './property.js';
import { workload, type Workload } from './scenarios.js';
import { WholeRun } from './whole-run.js';

describe('a whole run', () => {
  // Amounts of billions are left out: there transcendental functions of different precision draw different cents.
  property('is, event by event, what the plain models make of it', 300, workload({ large: false }), agreesWithModel);

  const stressed = workload({ large: false, minBanks: 2, stress: true });
  property('is so with outages, shocks, delays and days that end with a cancellation, too', 300, stressed, agreesWithModel);
});

function agreesWithModel(work: Workload): void {
  const simulation = create(work);
  const model = new WholeRun(work);
  while (simulation.currentTick < simulation.totalTicks) {
    const { currentTick: tick } = simulation;
    makeCalls(simulation, work.calls);
    const result = simulation.tick();
    const expected = model.runTick(work.calls);
    const found = simulation.events.ofTick(tick);
    const different = found.findIndex((event, i) => text(event) !== text(expected[i]));
    if (different >= 0) expect(found.slice(0, different + 1)).toEqual(expected.slice(0, different + 1));
    expect(expected.slice(found.length)).toEqual([]);
    expect(result).toMatchObject({
      num_arrivals: model.numArrivals,
      num_settlements: model.numSettlements,
      num_lsm_releases: model.numLsmReleases,
    });
    for (const { agent_id, balance, posted_collateral, unsecured_cap } of simulation.agents()) {
      const { posted, unsecuredCap, balance: expectedBalance } = model.fold.bank(agent_id);
      expect([balance, posted_collateral, unsecured_cap]).toEqual([expectedBalance, posted, unsecuredCap]);
    }
  }
}

/** JSON that keeps numbers apart which JSON does not know. */
function text(event: unknown): string {
  return (
    JSON.stringify(event, (_key, value: unknown) =>
      typeof value === 'number' && !Number.isFinite(value) ? String(value) : value,
    ) ?? ''
  );
}
