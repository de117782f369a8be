import { freshId } from '@simcash/runs';
import { runSweep, type SweepOutcome, type SweepPlan } from '@simcash/sweeps';
import { withDatabase } from '../database.js';
import { usageError } from '../exit-codes.js';
import type { GlobalOptions } from '../global-options.js';
import { interruption } from '../interruption.js';
import { Progress } from '../output/progress.js';
import { carryOut, refuseFailures, type CarryOutOptions } from './carry-out.js';
import type { LoadedSweep } from './load.js';
import { beginSweep } from './run.js';
import type { TellSweep } from './tell.js';

/** Begins a sweep that is made of a scenario, and carries it out. */
export const runStored = (sweep: LoadedSweep, options: CarryOutOptions & { id?: string }, tell?: TellSweep): Promise<void> =>
  withDatabase(options, false, async (database) => {
    const id = options.id ?? freshId(sweep.plan.name);
    await beginSweep(database, id, sweep);
    await carryOut(database, id, sweep, null, options, tell);
  });

/** Carries out a sweep of which nothing is kept but what is told. @throws CommandError if it is interrupted, or runs failed */
export async function runUnstored(
  plan: SweepPlan,
  options: GlobalOptions & { workers?: number; timeLimit?: number },
  tell: (outcome: SweepOutcome) => void,
): Promise<void> {
  if (plan.measures.some(({ sql }) => sql !== null)) throw usageError('measures with sql are asked of stored runs: add --save');
  const stop = interruption(options.timeLimit);
  const progress = new Progress(plan.replications * plan.cells.length, 'runs', options);
  try {
    const outcome = await runSweep(plan, {
      signal: stop.signal,
      onWork: stop.onWork,
      ...(options.workers === undefined ? {} : { workers: options.workers }),
      onResults: (_, done) => progress.update(done),
    });
    progress.done();
    if (outcome.stop === 'interrupted') throw stop.error();
    tell(outcome);
    refuseFailures(outcome.results);
  } finally {
    progress.done();
    stop.dispose();
  }
}
