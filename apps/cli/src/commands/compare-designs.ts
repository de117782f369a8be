import { Command } from 'commander';
import { usageError } from '../exit-codes.js';
import { OutputFile, withForceOption, type ForceOptions } from '../files/writing.js';
import { repeatable } from '../filter-options.js';
import { withGlobalOptions, type GlobalOptions } from '../global-options.js';
import { seedsOption } from '../numbers.js';
import type { ScenarioFileOptions } from '../scenario-file.js';
import { withScenarioOptions } from '../scenario-options.js';

export interface CompareDesignsOptions extends GlobalOptions, ForceOptions, Omit<ScenarioFileOptions, 'design' | 'seed'> {
  designs?: readonly string[];
  design?: readonly string[];
  baseline?: string;
  seeds?: bigint[];
  pairs?: string;
  bound?: boolean;
  csv?: boolean;
}

const list = (text: string): string[] => text.split(',').filter((name) => name !== '');

export function compareDesignsCommand(): Command {
  return withForceOption(withScenarioOptions(withGlobalOptions(new Command('compare-designs'))))
    .argument('<scenario>', 'scenario file (.yaml, .yml, .json)')
    .option('--designs <names>', 'presets (simcash designs), separated by commas; document: the file as it is', list)
    .option('--design <file>', 'a file with a settlement block (repeatable)', repeatable)
    .option('--baseline <name>', 'what the others are compared with (default: the first one)')
    .option('--seeds <list>', 'seeds, as 1..20 or 3,7,9 (default: that of the file)', seedsOption)
    .option('--bound', 'also how much of the greatest possible value settles')
    .option('--pairs <file>', 'write a line for every payment under every design, as JSON lines')
    .option('--csv', 'print CSV, money in cents')
    .addHelpText(
      'after',
      `
Examples:
  simcash compare-designs scenario.yaml --designs document,t2,recommended
  simcash compare-designs scenario.yaml --designs rtgs,gridlock,dns --seeds 1..20 --csv > designs.csv`,
    )
    .action(async (file: string, options: CompareDesignsOptions) => {
      const names = [...(options.designs ?? []), ...(options.design ?? [])];
      if (names.length < 2) throw usageError('name at least two designs: --designs document,t2 or --design FILE');
      if (new Set(names).size < names.length) throw usageError(`a design is named twice: ${names.join(', ')}`);
      if (options.baseline !== undefined && !names.includes(options.baseline))
        throw usageError(`--baseline ${options.baseline} is none of the designs: ${names.join(', ')}`);
      if (options.json && options.csv) throw usageError('--json and --csv exclude each other');
      if (options.pairs !== undefined) OutputFile.check(`--pairs ${options.pairs}`, options.pairs, options, [file]);
      const { compare } = await import('../designs/compare.js');
      await compare(file, names, options);
    });
}
