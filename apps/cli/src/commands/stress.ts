import { Command, Option } from 'commander';
import { PERSISTENCE_LEVELS, type PersistenceLevel } from '@simcash/protocol';
import { idOption } from '../id-option.js';
import { usageError } from '../exit-codes.js';
import { withGlobalOptions, type GlobalOptions } from '../global-options.js';
import { seedsOption, wholeNumberOption } from '../numbers.js';
import type { ScenarioFileOptions } from '../scenario-file.js';
import { withScenarioOptions } from '../scenario-options.js';
import { checkSweepRunOptions } from '../sweep-run-options.js';

export interface StressCommandOptions extends GlobalOptions, Omit<ScenarioFileOptions, 'design' | 'seed'> {
  outage?: string;
  shock?: string;
  delay?: string;
  systemOutage?: boolean;
  from?: string;
  until?: string;
  reaction?: string;
  incoming?: string;
  balance?: string;
  cap?: string;
  delayTicks?: number;
  plan?: string;
  replications?: number;
  seeds?: bigint[];
  csv?: boolean;
  workers?: number;
  save?: boolean;
  id?: string;
  level?: Lowercase<PersistenceLevel>;
}

export function stressCommand(): Command {
  return withScenarioOptions(withGlobalOptions(new Command('stress')))
    .argument('[scenario]', 'scenario file (.yaml, .yml, .json); with --plan that of the plan')
    .option('--outage <banks>', 'outages: each, largest:N, or ids separated by commas', undefined)
    .option('--shock <banks>', 'liquidity shocks, for banks named likewise')
    .option('--delay <banks>', 'delays of payments, for banks named likewise')
    .option('--system-outage', 'an outage of the central system')
    .option('--from <tick>', 'when it begins: tick or time of the clock (default: with the run)')
    .option('--until <tick>', 'first tick after it, or time of the clock (default: to the end of the run)')
    .option('--reaction <rule>', 'others stop paying a bank in an outage: after:TICKS or exposure:CENTS')
    .option('--incoming <how>', 'block: nothing settles to a bank in an outage (default: accept)')
    .option('--balance <change>', 'what a shock does to the balance: -50%, or cents (default: -50%)')
    .option('--cap <change>', 'what a shock does to the unsecured cap: -100%, or cents')
    .option('--delay-ticks <n>', 'how long payments are delayed (default: 1)', wholeNumberOption('--delay-ticks', 1))
    .option('--plan <file>', 'cases from a YAML file')
    .option('--replications <n>', 'number of seeds, drawn from that of the scenario', wholeNumberOption('--replications', 1))
    .option('--seeds <list>', 'seeds, as 1..20 or 3,7,9 (default: that of the file)', seedsOption)
    .option('--workers <n>', 'number of threads', wholeNumberOption('--workers', 1))
    .option('--save', 'store every run, and the test as a sweep, which can be resumed and reported like any other')
    .option('--id <id>', 'with --save: id of the sweep', idOption)
    .addOption(
      new Option('--level <level>', 'with --save: how much of every run is stored (default: full)').choices(
        PERSISTENCE_LEVELS.map((level) => level.toLowerCase()),
      ),
    )
    .option('--csv', 'print CSV: a row per case, seed and bank, money in cents')
    .addHelpText(
      'after',
      `
Examples:
  simcash stress scenario.yaml --outage each
  simcash stress scenario.yaml --outage largest:3 --from 10:00 --until 14:00 --reaction after:2 --replications 20
  simcash stress --plan afternoon.yaml --json
  simcash stress scenario.yaml --outage each --replications 20 --save --id outages`,
    )
    .action(async (file: string | undefined, options: StressCommandOptions) => {
      checkSweepRunOptions(options);
      if (options.level !== undefined && !options.save) throw usageError('--level needs --save');
      if (options.replications !== undefined && options.seeds !== undefined)
        throw usageError('--replications and --seeds exclude each other');
      if (options.incoming !== undefined && !['accept', 'block'].includes(options.incoming))
        throw usageError(`--incoming needs accept or block, got '${options.incoming}'`);
      if (file === undefined && options.plan === undefined) throw usageError('name a scenario, or a plan with --plan FILE');
      const { runStressTest } = await import('../stress/run.js');
      await runStressTest(file, options);
    });
}
