import { readScenario, type Scenario } from '@simcash/engine';
import { isExact } from '../cells/plan.js';
import { bankIds, measuresOf } from '../measures.js';
import type { SentPortion } from './executors.js';
import { runJob, type JobResult } from './job.js';

/** Scenarios that this thread has seen last: portions of a cell follow each other. */
const known = new Map<string, Scenario>();

function scenarioOf(source: unknown): Scenario {
  const key = JSON.stringify(source, (_, value: unknown) => (typeof value === 'bigint' ? `${value}n` : value));
  const scenario = known.get(key) ?? readScenario(source, { exactIntegers: isExact(source), strict: false });
  // The one that is used stays longest.
  known.delete(key);
  if (known.size > 8) known.delete(known.keys().next().value!);
  known.set(key, scenario);
  return scenario;
}

/** What a worker thread of a sweep does. */
export default function run({ cell, jobs, measures, source, stress: sent, ticks }: SentPortion): JobResult[] {
  const scenario = scenarioOf(source);
  const stress = sent === null ? null : { ...sent, base: scenarioOf(sent.base) };
  const readers = measuresOf(measures, bankIds(scenario), stress !== null);
  return jobs.map(({ replication, seed }) => runJob(scenario, { cell, replication, seed, measures: readers, ticks, stress }));
}
