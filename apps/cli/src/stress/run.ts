import { ScenarioError, type Scenario } from '@simcash/engine';
import {
  readStressPlan,
  replicationSeeds,
  StressPlanError,
  stressTest,
  type StressCase,
  type StressPlan,
  type StressTest,
} from '@simcash/runs/live';
import { BASELINE_MEASURES, type SweepInput } from '@simcash/sweeps';
import type { StressCommandOptions } from '../commands/stress.js';
import { inputError, issuesError, usageError } from '../exit-codes.js';
import { Confines } from '../files/confines.js';
import { exportsOf, loadPlugins } from '../files/plugins.js';
import { readText } from '../files/reading.js';
import { parseText } from '../files/scenario-text.js';
import { Progress } from '../output/progress.js';
import { json, note, print, say } from '../output/streams.js';
import { loadScenario, type LoadedScenario } from '../scenario-file.js';
import { scenarioSweep, sweepName } from '../sweep/load.js';
import { runStored, runUnstored } from '../sweep/scenario-runs.js';
import { tellStress, type TellSweep } from '../sweep/tell.js';
import { casesOfOptions, type BankSize } from './cases.js';
import { sizesOfBanks } from './sizes.js';
import { stressCsv, stressText } from './stress-text.js';

/** `simcash stress`: a sweep whose cells are the run without stress and then each case (spec 15 Part B). */
export async function runStressTest(given: string | undefined, options: StressCommandOptions): Promise<void> {
  const plan = options.plan === undefined ? null : planOf(options.plan);
  const file = given ?? baseOf(plan!, options);
  const loaded = await loadScenario(file, options);
  if (!options.quiet) for (const warning of loaded.warnings) note(`warning: ${warning}`);
  const seeds = seedsOf(loaded.scenario, plan, options);
  const cases = casesOf(loaded.scenario, plan, options);
  const stress = plan?.name ?? loaded.file;
  try {
    if (Object.keys(loaded.plugins).length > 0) return await testHere(stress, loaded, seeds, cases, options);
    const sizes = await sizesOfBanks(loaded.scenario, options.plan === undefined && asksForSizes(options) ? seeds : []);
    const sweep = await scenarioSweep(loaded, {
      sweep: sweepName(plan?.name ?? file, 'stress'),
      seeds: [...seeds],
      cases: cases(sizes) as SweepInput['cases'],
      measures: [...BASELINE_MEASURES],
      statistics: { bootstrap: 0 },
      store: options.save ? (options.level ?? 'full') : 'none',
    });
    if (!options.quiet) for (const warning of sweep.plan.warnings) note(`warning: ${warning}`);
    const tell: TellSweep = (id, made, outcome, statistics) => tellStress(id, made, outcome, statistics, { ...options, stress });
    if (options.save) await runStored(sweep, options, tell);
    else await runUnstored(sweep.plan, options, (outcome) => tell(null, sweep.plan, outcome, [], options));
  } catch (error) {
    if (error instanceof ScenarioError || error instanceof StressPlanError) throw issuesError('a case cannot be run', error);
    throw error;
  }
}

/** With settlement algorithms of the user's, which no other thread and no later session has at hand. */
async function testHere(
  stress: string,
  { plugins, scenario }: LoadedScenario,
  seeds: readonly bigint[],
  cases: CasesOf,
  options: StressCommandOptions,
): Promise<void> {
  if (options.save || options.workers !== undefined)
    throw usageError(
      '--plugin: settlement algorithms of a file run in one thread, and are not stored: leave out --save and --workers',
    );
  const algorithms = await loadPlugins(plugins, exportsOf(scenario.config), options.quiet ?? false);
  let progress: Progress | null = null;
  let done = 0;
  try {
    const result: StressTest = await stressTest(scenario, {
      seeds,
      algorithms,
      cases: ({ banks }) => {
        const list = cases(banks);
        progress = new Progress(seeds.length * (list.length + 1), 'runs', options);
        return list;
      },
      onRun: async () => {
        progress?.update(++done);
        // Signals get their turn.
        await new Promise((resolve) => setImmediate(resolve));
      },
    });
    (progress as Progress | null)?.done();
    const named = { stress, ...result };
    if (options.json) return print(json({ schema_version: 1, ...named }));
    say(options.csv ? stressCsv(named) : stressText(named));
  } finally {
    (progress as Progress | null)?.done();
  }
}

function planOf(file: string): StressPlan {
  try {
    return readStressPlan(parseText(file, readText(file, 'stress plan')).document);
  } catch (error) {
    throw error instanceof StressPlanError ? issuesError(file, error) : error;
  }
}

/** The scenario that a plan names, beside it. */
function baseOf({ base }: StressPlan, options: StressCommandOptions): string {
  if (base === null) throw inputError(`${options.plan!}: base is missing, and no scenario was named`);
  return new Confines(options.plan!, options).resolve(base, 'base');
}

function seedsOf(
  { config }: Scenario,
  plan: StressPlan | null,
  { replications, seeds }: StressCommandOptions,
): readonly bigint[] {
  if (seeds !== undefined) return seeds;
  if (replications !== undefined) return replicationSeeds(replications, config.rng_seed);
  return plan?.seeds(config.rng_seed) ?? [config.rng_seed];
}

type CasesOf = (banks: readonly BankSize[]) => readonly StressCase[];

function casesOf(scenario: Scenario, plan: StressPlan | null, options: StressCommandOptions): CasesOf {
  if (plan === null) return casesOfOptions(scenario, options);
  const cases = plan.cases(scenario.config.agent_configs.map(({ id }) => id));
  return () => cases;
}

/** Whether cases are those of the largest banks. */
const asksForSizes = ({ delay, outage, shock }: StressCommandOptions): boolean =>
  [delay, outage, shock].some((text) => text?.startsWith('largest:'));
