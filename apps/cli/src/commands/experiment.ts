import { Command, InvalidArgumentError, Option } from 'commander';
import { ENDINGS, PERSISTENCE_LEVELS, type Ending } from '@simcash/protocol';
import { idOption } from '../id-option.js';
import { withFilterOptions } from '../filter-options.js';
import { withPathOptions } from '../files/confines.js';
import { withForceOption } from '../files/writing.js';
import { withGlobalOptions } from '../global-options.js';
import { secondsOption, seedOption, wholeNumberOption } from '../numbers.js';
import { drawChart } from '../experiment/chart.js';
import { printEquilibrium } from '../experiment/equilibrium.js';
import { printEvolution } from '../experiment/evolution.js';
import { exportRun } from '../experiment/export.js';
import { describeExperiment, listExperiments, validateExperiments } from '../experiment/inspect.js';
import { withVerbosityOptions } from '../experiment/options.js';
import { replayExperiment } from '../experiment/replay.js';
import { printManifest, reproduceExperiment } from '../experiment/reproduce.js';
import { compareRuns, listResults } from '../experiment/results.js';
import { runExperimentFile } from '../experiment/run.js';
import { writeTemplate } from '../experiment/template.js';

/** `simcash experiment …` (spec 11 §14). */
export function experimentCommand(): Command {
  return new Command('experiment')
    .addCommand(run())
    .addCommand(validate())
    .addCommand(info())
    .addCommand(list())
    .addCommand(template())
    .addCommand(replay())
    .addCommand(results())
    .addCommand(compare())
    .addCommand(evolution())
    .addCommand(chart())
    .addCommand(exported())
    .addCommand(equilibrium())
    .addCommand(manifest())
    .addCommand(reproduce())
    .addHelpText(
      'after',
      `
Examples:
  simcash experiment template --output my.yaml
  simcash experiment run my.yaml
  simcash experiment results
  simcash experiment replay RUN_ID --verbose
  simcash experiment equilibrium my.yaml --grid 0.05`,
    );
}

const command = (name: string): Command => withGlobalOptions(new Command(name), './results/experiments.db');

function run(): Command {
  return withPathOptions(withVerbosityOptions(command('run')))
    .description('run an experiment')
    .argument('<file>', 'experiment file (.yaml, .json, or - for stdin)')
    .option('--dry-run', 'check everything, print what would run, and what would be read, written and sent')
    .option('-s, --seed <n>', 'master seed', seedOption)
    .addOption(
      new Option('--optimizer <type>', 'optimizer with its default settings').choices([
        'grid',
        'golden',
        'cem',
        'coordinate',
        'tree-mutation',
        'llm',
      ]),
    )
    .option('--external <command>', 'another program that proposes, over lines of JSON; started without a shell')
    .option(
      '--external-timeout <seconds>',
      'time within which it has to say something (default: 60)',
      secondsOption('--external-timeout'),
    )
    .option('-m, --model <provider:model>', 'language model of optimizer llm')
    .option('--llm-base-url <url>', 'another address for the model; it gets the key of $SIMCASH_LLM_API_KEY and no other')
    .addOption(new Option('--reasoning-effort <level>', 'for openai models').choices(['low', 'medium', 'high']))
    .option('--thinking-budget <tokens>', 'for anthropic models', wholeNumberOption('--thinking-budget', 1))
    .addOption(new Option('--on-llm-failure <what>', 'when a model gives no valid policy').choices(['skip', 'abort']))
    .option('--time-limit <seconds>', 'stop after what runs then; --resume goes on', secondsOption('--time-limit'))
    .option('--id <id>', 'id of the run', idOption)
    .option('--resume <run>', 'go on with a run that was broken off')
    .option('--persist-bootstrap', 'store the simulations of comparisons, too')
    .addOption(
      new Option('--level <level>', 'how much of simulations is stored').choices(
        PERSISTENCE_LEVELS.map((level) => level.toLowerCase()),
      ),
    )
    .addOption(executorOption())
    .option('--workers <n>', 'worker threads (default: one for each core)', wholeNumberOption('--workers', 1))
    .option('--jsonl', 'print events as JSON lines')
    .option('--require <endings>', `fail unless the run ends so: ${ENDINGS.join(', ')}; several with commas`, endingsOption)
    .addHelpText(
      'after',
      `
Examples:
  simcash experiment run exp1.yaml
  simcash experiment run exp1.yaml --optimizer golden --seed 7 --db out.duckdb
  simcash experiment run exp1.yaml --optimizer llm --model openai:gpt-5.2 --verbose-llm`,
    )
    .action(runExperimentFile);
}

function validate(): Command {
  return withPathOptions(command('validate'))
    .description('check experiment files with their scenarios and policies')
    .argument('<files...>', 'experiment files')
    .action(validateExperiments);
}

function info(): Command {
  return withPathOptions(command('info'))
    .description('show all settings of an experiment')
    .argument('<file>', 'experiment file')
    .action(describeExperiment);
}

function list(): Command {
  return withPathOptions(command('list'))
    .description('list the experiments of a directory')
    .argument('[directory]', 'directory', '.')
    .action(listExperiments);
}

function template(): Command {
  return command('template')
    .description('print an experiment to start from, or write it with its scenario')
    .option('-o, --output <file>', 'file to write')
    .action(writeTemplate);
}

function replay(): Command {
  return withFilterOptions(withVerbosityOptions(command('replay')))
    .description('show a stored run again')
    .argument('<run>', 'run id')
    .option('--simulation <which>', 'one of its simulations, e.g. iter5:eval or iter0:bootstrap:BANK_A:new:s007')
    .option('--audit', 'show the conversations with language models')
    .option('--start <n>', 'first iteration of the audit, from 0', wholeNumberOption('--start'))
    .option('--end <n>', 'last iteration of the audit', wholeNumberOption('--end'))
    .addOption(new Option('--jsonl <what>', 'print JSON lines').choices(['ticks', 'events']))
    .action(replayExperiment);
}

function results(): Command {
  return command('results')
    .description('list stored runs, newest first')
    .option('-e, --experiment <name>', 'only this experiment')
    .option('-t, --type <type>', 'only this optimizer')
    .option('-n, --limit <n>', 'at most so many', wholeNumberOption('--limit', 1))
    .option('--csv', 'print CSV, money in cents')
    .action(listResults);
}

function compare(): Command {
  return command('compare')
    .description('put stored runs side by side')
    .argument('<runs...>', 'run ids')
    .option('--csv', 'print CSV, money in cents')
    .action(compareRuns);
}

function evolution(): Command {
  return command('policy-evolution')
    .description('show how policies developed, as JSON')
    .argument('<run>', 'run id')
    .option('-a, --agent <id>', 'only this bank')
    .option('--start <n>', 'first iteration, from 0', wholeNumberOption('--start'))
    .option('--end <n>', 'last iteration', wholeNumberOption('--end', 1))
    .option('--llm', 'with the conversations with language models')
    .option('--compact', 'on one line')
    .action(printEvolution);
}

function chart(): Command {
  return withForceOption(command('chart'))
    .description('draw a stored run as SVG')
    .argument('<run>', 'run id')
    .addOption(new Option('--kind <kind>', 'what to draw').choices(['cost', 'parameter', 'breakdown']).default('cost'))
    .option('-a, --agent <id>', 'only this bank')
    .option('-p, --parameter <name>', 'parameter to write at the points, or to draw')
    .option('-o, --output <file>', 'file to write (default: RUN.svg)')
    .action(drawChart);
}

function exported(): Command {
  return withForceOption(command('export'))
    .description('write a stored run for other programs')
    .argument('<run>', 'run id')
    .addOption(
      new Option('--format <format>', 'json: everything; csv: a line for each iteration and bank').choices(['csv', 'json']),
    )
    .option('-o, --output <file>', 'file to write (default: stdout)')
    .action(exportRun);
}

function equilibrium(): Command {
  return withPathOptions(command('equilibrium'))
    .description('play every combination of what banks may choose: costs, best responses, equilibria')
    .argument('<file>', 'scenario or experiment file')
    .option('--grid <step>', 'distance between values, as a share of their range', gridStep, 0.05)
    .option('--agents <ids>', 'banks that choose, separated by commas')
    .option('--profile <labels>', 'only what each bank could still save in this profile: labels with semicolons')
    .option('--max-simulations <n>', 'how many may be run (default: 2,000,000)', wholeNumberOption('--max-simulations', 1))
    .option('--samples <n>', 'days over which costs are averaged', wholeNumberOption('--samples', 1))
    .option('--seed <n>', 'master seed', seedOption)
    .option('--ticks <n>', 'ticks to run', wholeNumberOption('--ticks', 1))
    .option('--alpha <level>', 'level of the limits behind the set of equilibria (default: 0.05)', level)
    .option('--epsilon <cents>', 'saving up to which a bank stays (default: 0)', wholeNumberOption('--epsilon'))
    .option('--epsilon-pct <percent>', 'the same in percent of its cost (default: 0)', percentage)
    .addOption(new Option('--dynamics <which>', 'where play leads, in the JSON').choices(['fictitious', 'replicator']))
    .option('--start <i,j>', 'first play of fictitious play: positions of shares (default: 0,0)')
    .option('--csv', 'print one line for each combination')
    .addOption(executorOption())
    .option('--workers <n>', 'worker threads', wholeNumberOption('--workers', 1))
    .action(printEquilibrium);
}

function manifest(): Command {
  return withForceOption(command('manifest'))
    .description('print all that it takes to run a stored experiment again, and a hash of what came out')
    .argument('<run>', 'id of a run that is complete')
    .option('-o, --output <file>', 'file to write (default: stdout)')
    .action(printManifest);
}

function reproduce(): Command {
  return command('reproduce')
    .description('run an experiment again from its manifest, and compare what comes out row by row')
    .argument('<run>', 'id of a stored run, or the file of a manifest (.json)')
    .option('--into <database>', 'keep the repeated run there')
    .addOption(executorOption())
    .option('--workers <n>', 'worker threads (default: one for each core)', wholeNumberOption('--workers', 1))
    .addHelpText(
      'after',
      `
Examples:
  simcash experiment reproduce exp2
  simcash experiment manifest exp2 --output exp2.json
  simcash experiment reproduce exp2.json --into again.duckdb`,
    )
    .action(reproduceExperiment);
}

const executorOption = (): Option =>
  new Option('--executor <where>', 'where simulations run').choices(['auto', 'in-process', 'worker-threads']);

function level(text: string): number {
  const value = Number(text);
  if (value > 0 && value <= 0.5) return value;
  throw new InvalidArgumentError('It is a level above 0, at most 0.5.');
}

function endingsOption(text: string): Ending[] {
  const endings = text.split(',').map((word) => word.trim());
  const unknown = endings.find((word) => !(ENDINGS as readonly string[]).includes(word));
  if (unknown === undefined) return endings as Ending[];
  throw new InvalidArgumentError(`'${unknown}' is no ending. Endings are ${ENDINGS.join(', ')}.`);
}

function percentage(text: string): number {
  const value = Number(text);
  if (text.trim() !== '' && value >= 0 && value <= 100) return value;
  throw new InvalidArgumentError('It is a percentage from 0 to 100.');
}

function gridStep(text: string): number {
  const step = Number(text);
  if (step > 0 && step <= 1) return step;
  throw new InvalidArgumentError('It is a step between 0 and 1, e.g. 0.05.');
}
