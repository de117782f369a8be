import { execFile } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { afterAll, expect, it } from 'vitest';
import { PATIENCE } from './support/guide.js';

/** The table of commands in the page for users of the original: its right column works, its left column is what there was. */
const ROOT = path.resolve(import.meta.dirname, '../..');
const read = (file: string): string => readFileSync(path.join(ROOT, file), 'utf8');
const page = read('docs/guide/migration.md');
const rows = page
  .slice(page.indexOf('| ---', page.indexOf('### Commands')), page.indexOf('### Results'))
  .matchAll(/^\| (.*?) +\| (?:–|`simcash (.*?)`) +\|/gm);
const table = [...rows].map(([, former, now]) => ({ former: former!, now }));

const directory = mkdtempSync(path.join(tmpdir(), 'simcash-migration-'));
afterAll(() => rmSync(directory, { recursive: true, force: true }));

it(
  'the command beside each of the original runs',
  async () => {
    const commands = ['init', ...table.flatMap(({ now }) => now ?? [])];
    expect(commands.length).toBeGreaterThan(35);
    for (const command of commands) {
      const args = command === 'explore first' ? `${command} --time-limit 1` : command;
      const { HOME, PATH } = process.env;
      const options = { cwd: directory, env: { HOME, PATH, LANG: 'C.UTF-8' }, maxBuffer: 2 ** 26 };
      const ended = promisify(execFile)(
        process.execPath,
        [path.join(ROOT, 'apps/cli/bin/simcash.js'), ...args.split(' ')],
        options,
      );
      await expect(ended, command).resolves.toBeDefined();
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
