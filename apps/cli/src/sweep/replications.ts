import { sweepStatistics } from '@simcash/sweeps';
import type { RunOptions } from '../commands/run.js';
import { untilTickOf } from '../moments.js';
import { json, note, print, say } from '../output/streams.js';
import { loadScenario } from '../scenario-file.js';
import { scenarioSweep, sweepName } from './load.js';
import { runStored, runUnstored } from './scenario-runs.js';
import { tellSweep } from './tell.js';

/** `simcash run --replications` or `--seeds`: a sweep of one cell, kept only if it is to be saved (spec 15 §12). */
export async function runReplications(file: string, options: RunOptions): Promise<void> {
  const loaded = await loadScenario(file, options);
  const { replications, seeds } = options;
  const untilTick = options.untilTick === undefined ? undefined : untilTickOf(options.untilTick, loaded);
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
  if (options.save) return runStored(sweep, options);
  await runUnstored(plan, options, (outcome) =>
    tellSweep(null, plan, outcome, sweepStatistics(plan, outcome.results, outcome.replications), options),
  );
}
