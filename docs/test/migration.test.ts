import { readFileSync } from 'node:fs';
import path from 'node:path';
import { expect, it } from 'vitest';
import { REPOSITORY, simcash, temporaryDirectory } from '../../apps/cli/test/support/simcash.js';
import { PATIENCE } from './support/guide.js';

/** The table of commands in the page for users of the original: its right column works, its left column is what there was. */
const read = (file: string): string => readFileSync(path.join(REPOSITORY, file), 'utf8');
const page = read('docs/guide/migration.md');
const rows = page
  .slice(page.indexOf('| ---', page.indexOf('### Commands')), page.indexOf('### Results'))
  .matchAll(/^\| (.*?) +\| (?:–|`simcash (.*?)`) +\|/gm);
const table = [...rows].map(([, former, now]) => ({ former: former!, now }));

it(
  'the command beside each of the original runs',
  async () => {
    const cwd = temporaryDirectory();
    const commands = ['init', ...table.flatMap(({ now }) => now ?? [])];
    expect(commands.length).toBeGreaterThan(35);
    for (const command of commands) {
      const args = command === 'explore first' ? `${command} --time-limit 1` : command;
      expect(await simcash(args.split(' '), { cwd }), command).toMatchObject({ code: 0 });
    }
  },
  PATIENCE,
);

it('the original had the options beside them', () => {
  const specified = read('docs/spec/10-cli-and-output.md') + read('docs/spec/11-experiments.md');
  const options = table.flatMap(({ former }) => former.match(/--[\w-]+/g) ?? []);
  expect(options.length).toBeGreaterThan(20);
  expect(options.filter((option) => !specified.includes(`${option}\``) && !specified.includes(`${option}/`))).toEqual([]);
});
