import { ALGORITHM_TEXTS, PRESETS, presetDesign, type SettlementConfig } from '@simcash/engine';
import { Command } from 'commander';
import { stringify } from 'yaml';
import { CommandError, EXIT } from '../exit-codes.js';
import { withGlobalOptions, type GlobalOptions } from '../global-options.js';
import { json, print, say } from '../output/streams.js';

const WIDTH = 78;

export function designsCommand(): Command {
  return withGlobalOptions(new Command('designs'))
    .argument('[preset]', 'a preset, to be written out')
    .addHelpText(
      'after',
      '\nExamples:\n  simcash designs\n  simcash designs t2                    the block with every default\n  simcash run scenario.yaml --design t2',
    )
    .action(designs);
}

function designs(preset: string | undefined, options: GlobalOptions): void {
  if (preset !== undefined) return one(preset, options);
  if (options.json)
    return print(
      json({
        schema_version: 1,
        presets: Object.entries(PRESETS).map(([name, { about }]) => ({ name, about, settlement: presetDesign(name) })),
        algorithms: Object.entries(ALGORITHM_TEXTS).map(([type, about]) => ({ type, about })),
      }),
    );
  const presets = Object.entries(PRESETS).map(([name, { about }]) => [name, about] as const);
  say(`Presets (run --design NAME, or settlement: {preset: NAME} in a scenario)\n\n${entries(presets)}\n`);
  say(`Algorithms (settlement.runs[].algorithms)\n\n${entries(Object.entries(ALGORITHM_TEXTS))}`);
}

function one(name: string, options: GlobalOptions): void {
  if (!Object.hasOwn(PRESETS, name))
    throw new CommandError(EXIT.notFound, `unknown preset '${name}'`, [`presets are ${Object.keys(PRESETS).join(', ')}`]);
  if (options.json) return print(json({ schema_version: 1, name, about: PRESETS[name]!.about, settlement: presetDesign(name) }));
  say(`# ${PRESETS[name]!.about}\n${designText(presetDesign(name))}`);
}

/** A design as a scenario would write it. */
export function designText(settlement: SettlementConfig): string {
  return stringify({ settlement }, { collectionStyle: 'any', lineWidth: WIDTH });
}

/** Names with what they mean, indented below them. */
function entries(list: readonly (readonly [name: string, about: string])[]): string {
  return list.map(([name, about]) => `  ${name}\n${wrapped(about)}\n`).join('');
}

function wrapped(text: string): string {
  const lines: string[] = [];
  let line = '';
  for (const word of text.split(' ')) {
    if (line !== '' && line.length + word.length + 1 > WIDTH - 6) {
      lines.push(line);
      line = word;
    } else line = line === '' ? word : `${line} ${word}`;
  }
  return [...lines, line].map((one) => `      ${one}`).join('\n');
}
