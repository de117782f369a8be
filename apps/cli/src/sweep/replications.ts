import { runSweep, sweepStatistics } from '@simcash/sweeps';
import type { RunOptions } from '../commands/run.js';
import { withDatabase } from '../database.js';
import { untilTickOf } from '../moments.js';
import { interruption } from '../interruption.js';
import { Progress } from '../output/progress.js';
import { json, note, print, say } from '../output/streams.js';
import { loadScenario } from '../scenario-file.js';
import { carryOut, refuseFailures } from './carry-out.js';
import { scenarioSweep, sweepName } from './load.js';
import { beginSweep, freshId } from './run.js';
import { tellSweep } from './tell.js';

/** `simcash run --replications` or `--seeds`: a sweep of one cell, kept only if it is to be saved (spec 15 §12). */
export async function runReplications(file: string, options: RunOptions): Promise<void> {
  const loaded = await loadScenario(file, options);
  const { replications, seeds } = options;
  const untilTick = options.untilTick === undefined ? undefined : untilTickOf(options.untilTick, loaded.scenario.config);
  const name = options.name ?? sweepName(file, 'replications');
  const sweep = await scenarioSweep(loaded, {
    sweep: name,
    ...(seeds === undefined ? { replications: { count: replications! } } : { seeds }),
    ...(untilTick === undefined ? {} : { ticks: untilTick }),
  });
  const { plan } = sweep;
  if (!options.quiet) for (const warning of sweep.warnings) note(`warning: ${warning}`);
  if (options.dryRun) {
    const measures = plan.measures.map((measure) => measure.name);
    if (options.json) return print(json({ scenario: file, runs: plan.replications, measures }));
    return say(`${file} is valid: ${plan.replications} runs, measured by ${measures.join(', ')}\n`);
  }
  if (options.save) {
    const id = options.id ?? freshId(plan.name);
    return withDatabase(options, false, async (database) => {
      await beginSweep(database, id, sweep);
      await carryOut(database, id, sweep, null, options);
    });
  }
  const stop = interruption(options.timeLimit);
  const progress = new Progress(plan.replications, 'runs', options);
  try {
    const outcome = await runSweep(plan, {
      signal: stop.signal,
      onWork: stop.onWork,
      onResults: (_, done) => progress.update(done),
    });
    progress.done();
    if (outcome.stop === 'interrupted') throw stop.error();
    tellSweep(null, plan, outcome, sweepStatistics(plan, outcome.results, outcome.replications), options);
    refuseFailures(outcome.results);
  } finally {
    progress.done();
    stop.dispose();
  }
}
