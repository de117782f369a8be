import { Simulation, withSeed, type Scenario } from '@simcash/engine';
import { stressFacts, type StressFacts } from '@simcash/indicators';
import { IndicatorSink } from '@simcash/runs/live';

/**
 * Runs without stress, as cases on the same seed are compared with the same one. Jobs come in blocks of so many seeds, case by case, so
 * that each is run about once for each thread.
 */
export const BASELINES_KEPT = 20;

const kept = new WeakMap<Scenario, Map<string, StressFacts>>();

/** What a run says that stress is measured by. @param ticks that are run; all of them unless given */
export function baselineFacts(base: Scenario, seed: bigint, ticks: number | null, onWork?: () => void): StressFacts {
  const known = kept.get(base) ?? new Map<string, StressFacts>();
  kept.set(base, known);
  const key = `${seed} ${ticks}`;
  const found = known.get(key);
  if (found !== undefined) return found;
  const scenario = withSeed(base, seed);
  const sink = new IndicatorSink(scenario);
  const simulation = Simulation.create(scenario, { sink, history: 'release', ...(onWork ? { onWork } : {}) });
  simulation.run(ticks === null ? {} : { untilTick: ticks });
  sink.log.ticks = simulation.currentTick;
  const facts = stressFacts(sink.log);
  if (known.size >= BASELINES_KEPT) known.delete(known.keys().next().value!);
  known.set(key, facts);
  return facts;
}
