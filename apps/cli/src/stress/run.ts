import { ScenarioError, SimulationError, type Scenario } from '@simcash/engine';
import {
  readStressPlan,
  replicationSeeds,
  StressPlanError,
  stressTest,
  type StressBaseline,
  type StressCase,
  type StressPlan,
} from '@simcash/runs/live';
import type { StressCommandOptions } from '../commands/stress.js';
import { CommandError, EXIT, inputError } from '../exit-codes.js';
import { Confines } from '../files/confines.js';
import { exportsOf, loadPlugins } from '../files/plugins.js';
import { readText } from '../files/reading.js';
import { parseText } from '../files/scenario-text.js';
import { Progress } from '../output/progress.js';
import { json, note, print, say } from '../output/streams.js';
import { loadScenario } from '../scenario-file.js';
import { casesOfOptions } from './cases.js';
import { stressCsv, stressText } from './stress-text.js';

export async function runStressTest(given: string | undefined, options: StressCommandOptions): Promise<void> {
  const plan = options.plan === undefined ? null : planOf(options.plan);
  const file = given ?? baseOf(plan!, options);
  const loaded = await loadScenario(file, options);
  const { scenario } = loaded;
  if (!options.quiet) for (const warning of loaded.warnings) note(`warning: ${warning}`);
  const seeds = seedsOf(scenario, plan, options);
  const algorithms = await loadPlugins(loaded.plugins, exportsOf(scenario.config), options.quiet ?? false);
  const cases = casesOf(scenario, plan, options);
  let progress: Progress | null = null;
  let done = 0;
  try {
    const result = await stressTest(scenario, {
      seeds,
      algorithms,
      cases: (baseline) => {
        const list = cases(baseline);
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
    const named = { stress: plan?.name ?? loaded.file, ...result };
    if (options.json) return print(json({ schema_version: 1, ...named }));
    say(options.csv ? stressCsv(named) : stressText(named));
  } catch (error) {
    if (error instanceof ScenarioError || error instanceof StressPlanError) throw problems('a case cannot be run', error);
    if (error instanceof SimulationError) throw new CommandError(EXIT.failure, error.message);
    throw error;
  } finally {
    (progress as Progress | null)?.done();
  }
}

function planOf(file: string): StressPlan {
  try {
    return readStressPlan(parseText(file, readText(file, 'stress plan')).document);
  } catch (error) {
    if (error instanceof StressPlanError) throw problems(file, error);
    throw error;
  }
}

/** Every problem in a line of its own. */
function problems(what: string, { message }: ScenarioError | StressPlanError): CommandError {
  const [first, ...others] = message.split('\n');
  return inputError(`${what}: ${first}`, ...others);
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

function casesOf(
  scenario: Scenario,
  plan: StressPlan | null,
  options: StressCommandOptions,
): (baseline: StressBaseline) => readonly StressCase[] {
  if (plan === null) return casesOfOptions(scenario, options);
  const cases = plan.cases(scenario.config.agent_configs.map(({ id }) => id));
  return () => cases;
}
