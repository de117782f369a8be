import { readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { output, REPOSITORY } from '../../apps/cli/test/support/simcash.js';

const simcash = (...args: string[]): Promise<string> => output(args);
const read = (file: string): string => readFileSync(path.join(REPOSITORY, file), 'utf8');

describe('a generated page is what the command prints now', () => {
  it.each([
    ['policies', 'policy'],
    ['events', 'events'],
    ['costs', 'costs'],
  ])('%s.md', async (page, schema) => {
    const printed = await simcash('schema', schema, '--markdown');
    expect(read(`docs/reference/${page}.md`)).toBe(`<!-- Made by: simcash schema ${schema} --markdown -->\n\n${printed}`);
  });

  it('scenarios.md', async () => {
    const printed = await simcash('schema', 'scenario', '--markdown');
    const page = read('docs/reference/scenarios.md');
    expect(page.slice(page.indexOf('| Key |'))).toBe(printed.slice(printed.indexOf('| Key |')));
    const { properties } = JSON.parse(await simcash('schema', 'scenario')) as { properties: object };
    for (const key of Object.keys(properties)) expect(page).toContain(`| \`${key}\` |`);
  });
});

describe('tables of keys that a command prints', () => {
  const slug = (heading: string): string =>
    heading
      .toLowerCase()
      .replaceAll(/[^\w -]/g, '')
      .replaceAll(' ', '-');

  it.each(['scenario', 'experiment'])(
    'of a %s lead from every mapping to its section, and say something about every key',
    async (what) => {
      const printed = await simcash('schema', what, '--markdown');
      const headings = new Set([...printed.matchAll(/^#+ (.*)$/gm)].map(([, heading]) => slug(heading!)));
      const targets = [...printed.matchAll(/\]\(#([^)]*)\)/g)].map(([, target]) => target!);
      expect(targets.length).toBeGreaterThan(10);
      expect(targets.filter((target) => !headings.has(target))).toEqual([]);
      const keys = [...printed.matchAll(/^\| `(\w+)` \| (.*) \| (.*) \| (.*) \|$/gm)];
      expect(keys.length).toBeGreaterThan(80);
      expect(keys.filter(([, , type, value, meaning]) => !type || !value || !meaning!.endsWith('.')).map(([row]) => row)).toEqual(
        [],
      );
    },
  );
});

describe('cli.md', () => {
  const page = read('docs/reference/cli.md');
  const commands = commandsBelow([]);

  it('names every command and every long option', async () => {
    const missing: string[] = [];
    for (const { command, options } of await commands) {
      const section = sectionOf(page, command);
      if (section === null) missing.push(command);
      for (const option of options) if (!named(option, section ?? '')) missing.push(`${command} ${option}`);
    }
    expect(missing).toEqual([]);
  });

  it('names no command and, in its tables, no option that does not exist', async () => {
    const known = new Map((await commands).map(({ command, options }) => [command, options]));
    const documented = [...page.matchAll(/^#{2,4} `(simcash[^`]*)`$/gm)].map(([, command]) => command!);
    const surplus = documented.flatMap((command) => {
      const options = known.get(command);
      if (!options) return [command];
      const inTables = [...sectionOf(page, command)!.matchAll(/^\| `(--[\w-]+)/gm)].map(([, option]) => option!);
      return inTables.filter((option) => !options.includes(option)).map((option) => `${command} ${option}`);
    });
    expect(documented.length).toBeGreaterThan(25);
    expect(surplus).toEqual([]);
  });

  it('has the exit codes', async () => {
    const codes = [...(await simcash('--help')).match(/Exit codes:[^]*$/)![0].matchAll(/\b\d+\b/g)].map(([code]) => code);
    expect(codes.length).toBeGreaterThan(7);
    for (const code of codes) expect(page).toMatch(new RegExp(`^\\| ${code} +\\|`, 'm'));
  });

  /** Whether an option stands in a command's own section, or among those that all commands have. */
  function named(option: string, section: string): boolean {
    const mention = new RegExp(`${option}(?![\\w-])`);
    return mention.test(section) || mention.test(sectionOf(page, 'Options of every command')!);
  }
});

/** The text below a heading up to the next heading, subsections of `simcash x` apart; null without such a heading. */
function sectionOf(page: string, heading: string): string | null {
  const parts = page.split(/^#{2,4} +/m);
  const found = parts.find((part) => part.split('\n', 1)[0]!.replaceAll('`', '') === heading);
  return found ?? null;
}

interface KnownCommand {
  command: string;
  options: string[];
}

/** All commands that the help lists, with the options of each. */
async function commandsBelow(names: readonly string[]): Promise<KnownCommand[]> {
  const help = await simcash(...names, '--help');
  const list = /^Commands:\n((?: .*\n?)+)/m.exec(help)?.[1] ?? '';
  const subcommands = [...list.matchAll(/^ {2}([a-z][\w-]*)/gm)].map(([, name]) => name!).filter((name) => name !== 'help');
  const below = await Promise.all(subcommands.map((name) => commandsBelow([...names, name])));
  const optionList = /^Options:\n((?: .*\n?)+)/m.exec(help)?.[1] ?? '';
  const options = [...optionList.matchAll(/^ {2}(?:-\w, )?(--[\w-]+)/gm)].map(([, option]) => option!);
  return [{ command: ['simcash', ...names].join(' '), options }, ...below.flat()];
}
