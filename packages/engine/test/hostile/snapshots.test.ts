import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { makeCalls } from '../properties/drive.js';
import { MoneyRangeError, Simulation, SnapshotError, type ScenarioInput } from '../properties/engine.js';
import { anyWorkload } from '../properties/scenarios.js';
import { fuzz, seedOf, type Finding } from './fuzz.js';
import { KNOWN_SNAPSHOTS } from './known.js';
import { alter } from './snapshot-alterations.js';
import { contradictions } from './snapshot-state.js';

/** A snapshot of a run under way. */
interface Base {
  scenario: ScenarioInput;
  text: string;
}

const BASES = 60;

/** Snapshots of runs in which much is going on, and a few in which next to nothing has happened. */
function bases(): Base[] {
  const found: Base[] = [];
  const seed = seedOf('snapshots');
  for (const work of fc.sample(anyWorkload({ minBanks: 2 }), { numRuns: 12 * BASES, seed })) {
    if (found.length === BASES) break;
    const scenario = work.scenario as unknown as ScenarioInput;
    const simulation = Simulation.create(scenario);
    const until = Math.ceil(simulation.totalTicks / (1 + (found.length % 3)));
    while (simulation.currentTick < until) {
      makeCalls(simulation, work.calls);
      simulation.tick();
    }
    makeCalls(simulation, work.calls);
    const { total_transactions } = simulation.transactionCounts();
    const text = simulation.snapshot();
    const isEventful = simulation.queue2().length > 0 && total_transactions > 4 && total_transactions < 60;
    const isRare = /"(timers|registers)":\[\[|"parent":[1-9]|"policy":"/.test(text);
    if (isEventful || isRare || found.length % 10 === 9) found.push({ scenario, text });
  }
  return found;
}

/** Refusals that concern the text or its header as a whole need not say where. */
const HEADER = /^\$$|^\$\.(config_hash|state_format)$/;

/** What is wrong with the way in which an altered snapshot is met; null if nothing is. */
function met({ scenario, text: original }: Base, text: string, pattern: string): string | null {
  let simulation: Simulation;
  try {
    simulation = Simulation.restore(scenario, text);
  } catch (error) {
    if (!(error instanceof SnapshotError)) return `restoring throws ${String(error)}`;
    if (/\$(\.|\[|$)|\(character \d+\)/.test(error.message) || HEADER.test(pattern)) return null;
    // Headers that are gone or not of this run make the whole text another one.
    if (pattern === '$' && /state_format|Config mismatch/.test(error.message)) return null;
    return `refused without place: ${error.message}`;
  }
  if (text === original) return null;
  const wrong = contradictions(text, simulation.config);
  if (wrong.length > 0) return `accepted although: ${wrong.join('; ')}`;
  if (simulation.snapshot() !== text) return 'accepted, but what is saved again is not what was given';
  return runsOn(simulation);
}

/** Runs a restored simulation to its end; nothing may be lost or go wrong. */
function runsOn(simulation: Simulation): string | null {
  const ticks = simulation.totalTicks - simulation.currentTick;
  try {
    for (let i = 0; i < ticks; i++) simulation.tick();
  } catch (error) {
    // A large sum that nothing contradicts may grow too large.
    if (error instanceof MoneyRangeError) return null;
    return `accepted, but then: ${String(error)}`;
  }
  if (simulation.currentTick < simulation.totalTicks) return 'accepted, but it does not end';
  const wrong = contradictions(simulation.snapshot(), simulation.config);
  return wrong.length === 0 ? null : `accepted, but at the end: ${wrong.join('; ')}`;
}

describe('a snapshot', () => {
  const all = bases();

  it('of an undisturbed run contradicts nothing', () => {
    expect(all.length).toBe(BASES);
    for (const { scenario, text } of all) {
      const simulation = Simulation.restore(scenario, text);
      expect(contradictions(text, simulation.config)).toEqual([]);
      expect(runsOn(simulation)).toBeNull();
    }
  });

  fuzz('that was altered is refused with its place, or is sound', 1000, KNOWN_SNAPSHOTS, (random): Finding | null => {
    const base = random.pick(all);
    const { kind, pattern, text } = alter(base.text, random);
    const wrong = met(base, text, pattern);
    return wrong === null ? null : { key: pattern, message: `${kind}: ${wrong.slice(0, 600)}` };
  });
});
