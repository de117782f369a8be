import { readFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { Command } from 'commander';
import { writeFolder } from '../files/folder.js';
import { withForceOption, type ForceOptions } from '../files/writing.js';
import { withGlobalOptions, type GlobalOptions } from '../global-options.js';
import { json, print, say } from '../output/streams.js';

const TEMPLATES = fileURLToPath(new URL('../../templates/', import.meta.url));

/** What each file is for, in the order in which they are told. */
const FILES: Readonly<Record<string, string>> = {
  'scenario.yaml': 'three banks and a morning of payments: simcash run scenario.yaml',
  'policy.json': 'when NORTH pays: simcash policy validate policy.json',
  'sweep.yaml': 'how much credit NORTH needs: simcash sweep run sweep.yaml',
  'experiment.yaml': 'how patient NORTH should be: simcash experiment run experiment.yaml',
  'environment.yaml': 'NORTH learns: simcash env check environment.yaml',
};

export function initCommand(): Command {
  return withForceOption(withGlobalOptions(new Command('init')))
    .argument('[directory]', 'where to (default: here)', '.')
    .addHelpText('after', '\nExamples:\n  simcash init\n  simcash init study')
    .action(init);
}

function init(directory: string, options: GlobalOptions & ForceOptions): void {
  const names = Object.keys(FILES);
  const texts = names.map((name) => [name, readFileSync(path.join(TEMPLATES, name), 'utf8')]);
  const places = writeFolder(directory, Object.fromEntries(texts) as Record<string, string>, options);
  if (options.json) return print(json({ directory, files: names }));
  if (options.quiet) return;
  const width = Math.max(...places.map((place) => place.length));
  say(`${names.map((name, i) => `${places[i]!.padEnd(width)}  ${FILES[name]}`).join('\n')}\n`);
}
