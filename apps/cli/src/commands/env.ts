import { readFileSync } from 'node:fs';
import { Command, Option } from 'commander';
import { usageError } from '../exit-codes.js';
import { withPathOptions } from '../files/confines.js';
import { repeatable } from '../filter-options.js';
import { withGlobalOptions } from '../global-options.js';
import { json, note, print, say } from '../output/streams.js';
import type { ConverseOptions } from '../env/converse.js';
import type { EnvironmentLoadOptions } from '../env/load.js';

interface EnvOptions extends ConverseOptions {
  stdio?: boolean;
  client?: 'python';
}

const PLUGIN = [
  '--plugin <file>',
  'allow the scenario to run this settlement algorithm of yours (repeatable)',
  repeatable,
] as const;

export function envCommand(): Command {
  const command = withPathOptions(withGlobalOptions(new Command('env')))
    .enablePositionalOptions()
    .argument('[file]', 'environment file (.yaml, .yml, .json)')
    .option('--stdio', 'answer lines of JSON on stdin with lines of JSON on stdout')
    .option('--save', 'with --stdio: store every episode that ends, as a run')
    .addOption(new Option('--client <language>', 'print a client that starts this command and talks to it').choices(['python']))
    .option(...PLUGIN)
    .addHelpText(
      'after',
      '\nExamples:\n  simcash env check learning.yaml\n  simcash env --client python > simcash_env.py\n  simcash env learning.yaml --stdio',
    )
    .action(async (file: string | undefined, options: EnvOptions) => {
      if (options.client !== undefined) {
        if (file !== undefined || options.stdio) throw usageError('--client prints a file and goes with nothing else');
        return print(readFileSync(new URL('../../python/simcash_env.py', import.meta.url), 'utf8'));
      }
      if (file === undefined) throw usageError('name an environment file, or --client python');
      if (!options.stdio) throw usageError('--stdio is missing: or check the file with env check FILE');
      const { converse } = await import('../env/converse.js');
      await converse(file, options);
    });
  withPathOptions(withGlobalOptions(command.command('check')))
    .description('check an environment file; show what learners see, may do and are paid')
    .argument('<file>', 'environment file (.yaml, .yml, .json)')
    .option(...PLUGIN)
    .action(check);
  return command;
}

async function check(file: string, options: EnvironmentLoadOptions): Promise<void> {
  const [{ loadEnvironment }, { environmentText }, { environmentSpec }] = await Promise.all([
    import('../env/load.js'),
    import('../env/check-text.js'),
    import('@simcash/environments'),
  ]);
  const { plan, warnings } = await loadEnvironment(file, options);
  if (!options.quiet) for (const warning of warnings) note(`warning: ${warning}`);
  if (options.json) return print(json({ file, valid: true, warnings, environment: plan.resolved, ...environmentSpec(plan) }));
  say(environmentText(file, plan));
}
