import type { EngineConfig } from '@simcash/engine';
import { counted, visible } from '@simcash/protocol';
import { Command } from 'commander';
import { CommandError, EXIT } from '../exit-codes.js';
import { withPathOptions, type PathOptions } from '../files/confines.js';
import { watching } from '../files/watching.js';
import { withGlobalOptions, type GlobalOptions } from '../global-options.js';
import { json, note, print, say } from '../output/streams.js';
import { repeatable } from '../filter-options.js';
import { loadScenario } from '../scenario-file.js';
import { designText } from './designs.js';

interface ValidateOptions extends GlobalOptions, PathOptions {
  strict?: boolean;
  plugin?: readonly string[];
  watch?: boolean;
}

export function validateCommand(): Command {
  return withPathOptions(withGlobalOptions(new Command('validate')))
    .argument('<scenario...>', 'scenario files (- for stdin)')
    .option('--no-strict', 'unknown keys are warnings, not errors')
    .option('--plugin <file>', 'a settlement algorithm that the scenario may name; it is not loaded (repeatable)', repeatable)
    .option('--watch', 'check again whenever one of the files, or one that they name, changes, until Ctrl-C')
    .addHelpText(
      'after',
      '\nExamples:\n  simcash validate scenario.yaml\n  simcash validate scenario.yaml --watch   while you edit it\n  simcash validate scenario.yaml --json    the resolved engine configuration',
    )
    .action((files: string[], options: ValidateOptions) =>
      options.watch ? watching(files, options, () => validate(files, options)) : validate(files, options),
    );
}

/** That a file is valid, and the settlement design that it comes to. */
function validText(file: string, { agent_configs, payments, settlement }: EngineConfig): string {
  const sources = (payments?.sources ?? []) as unknown as { rows: number; accepted: number }[];
  const rows = sources.reduce((sum, source) => sum + source.rows, 0);
  const accepted = sources.reduce((sum, source) => sum + source.accepted, 0);
  const list = payments === undefined ? '' : `, ${accepted} of ${counted(rows, 'row')} of payments`;
  const head = `${visible(file)}: valid, ${agent_configs.length} agents${list}\n`;
  return settlement === undefined ? head : `${head}\n${designText(settlement)}`;
}

async function validate(files: string[], options: ValidateOptions): Promise<void> {
  const invalid: CommandError[] = [];
  const resolved: object[] = [];
  for (const file of files) {
    try {
      const { scenario, warnings } = await loadScenario(file, options);
      if (!options.quiet) for (const warning of warnings) note(`warning: ${warning}`);
      resolved.push({ file, valid: true, warnings, engine_config: scenario.config });
      if (!options.json) say(validText(file, scenario.config));
    } catch (error) {
      if (!(error instanceof CommandError)) throw error;
      invalid.push(error);
      resolved.push({ file, valid: false, errors: [error.message, ...error.hints] });
    }
  }
  if (options.json) print(json(files.length === 1 ? resolved[0] : resolved));
  const [first, ...others] = invalid;
  if (first)
    throw new CommandError(EXIT.input, first.message, [
      ...first.hints,
      ...others.flatMap((error) => [error.message, ...error.hints]),
    ]);
}
