import { readScenario, type Scenario } from '@simcash/engine';
import { isExact } from '../cells/plan.js';
import { bankIds, measureReader } from '../measures.js';
import type { SentPortion } from './executors.js';
import { runJob, type JobResult } from './job.js';

/** Scenarios of the cells that this thread has seen last: portions of a cell follow each other. */
const known = new Map<string, Scenario>();

/** What a worker thread of a sweep does. */
export default function run({ cell, jobs, measures, source, ticks }: SentPortion): JobResult[] {
  const key = JSON.stringify(source, (_, value: unknown) => (typeof value === 'bigint' ? `${value}n` : value));
  const scenario = known.get(key) ?? readScenario(source, { exactIntegers: isExact(source), strict: false });
  if (known.size > 8) known.clear();
  known.set(key, scenario);
  const readers = measures.map((name) => measureReader(name, bankIds(scenario)));
  return jobs.map(({ replication, seed }) => runJob(scenario, { cell, replication, seed, measures: readers, ticks }));
}
