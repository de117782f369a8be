import { beforeAll, describe, expect, it } from 'vitest';
import { output, simcash } from '../support/simcash.js';
import type { LineOutcome } from '../support/kept-process.js';
import { actingIn, actingInJson } from './support/acting.js';
import { batch } from './support/batch.js';
import { commandLine } from './support/command-line.js';
import { commandTree, TOP_LEVEL, type Leaf } from './support/command-tree.js';
import { jail, untouchable } from './support/jail.js';
import { KNOWN } from './support/known.js';
import { Chance, SEED, TIMES } from './support/seed.js';

/** Whatever stands on a command line, the program says what is wrong with it, changes nothing else, and comes to an end. */
const LINES = 1000 * TIMES;
/** Lines that one process, and one jail, is used for. */
const TOGETHER = 250;
/** Lines that are also given to the program as a process. */
const ALONE = 16;
const CODES = [0, 1, 2, 3, 4, 5, 6];

let tree: Leaf[];
beforeAll(async () => {
  tree = await commandTree();
});

/** What is wrong with the way in which a line ended, each with the place where it was found. */
function findings({ args, code, stderr, stdout, thrown }: LineOutcome): string[] {
  const found: string[] = [];
  const command = args.slice(0, args[0] === 'db' || args[0] === 'experiment' || args[0] === 'policy' ? 2 : 1).join(' ');
  const isData =
    args.some((arg) => /^--(json|jsonl|csv|compact)/.test(arg)) || /^(events|schema|checkpoint|experiment)/.test(command);
  if (thrown !== null) found.push(`thrown: ${command}: ${thrown}`);
  if (code === null) found.push(`killed: ${command}`);
  else if (!CODES.includes(code)) found.push(`exit code ${code}: ${command}`);
  if (/internal error/.test(stderr + stdout))
    found.push(`internal error: ${command}: ${/internal error.*/.exec(stderr + stdout)![0]}`);
  if (/^ {4}at .*:\d+:\d+\)?$/m.test(stderr)) found.push(`stack trace: ${command}`);
  const onStdout = isData ? actingInJson(stdout) : actingIn(stdout);
  if (onStdout !== null) found.push(`acts on stdout: ${command}: ${onStdout}`);
  const onStderr = args.includes('--json') ? actingInJson(stderr) : actingIn(stderr);
  if (onStderr !== null) found.push(`acts on stderr: ${command}: ${onStderr}`);
  if (code !== 0 && stderr + stdout === '') found.push(`no word about exit code ${code}: ${command}`);
  if (stdout.length + stderr.length > 5e6) found.push(`endless: ${command}`);
  return found.filter((text) => !KNOWN.commandLines.some((known) => text.startsWith(known)));
}

/** Findings of the same kind once, with the line that can be tried. */
function report(outcomes: readonly LineOutcome[]): Record<string, string> {
  const first: Record<string, string> = {};
  for (const outcome of outcomes)
    for (const text of findings(outcome)) first[text.slice(0, 300)] ??= JSON.stringify(outcome.args).slice(0, 400);
  return first;
}

async function lines(index: number, count: number): Promise<LineOutcome[]> {
  const chance = new Chance(SEED + index);
  const place = await jail();
  const before = untouchable(place);
  const outcomes = await batch(
    Array.from({ length: count }, () => commandLine(chance, tree)),
    { ...place, deadline: 30_000 },
  );
  expect(untouchable(place), `seed ${SEED}, jail ${index}`).toEqual(before);
  return outcomes;
}

it('the tree has every command of the program', async () => {
  const listed = [...(await output(['--help'])).matchAll(/^ {2}([a-z][a-z-]*) /gm)].map(([, name]) => name!);
  // What completes is not ours: its lines are those of a shell.
  expect(listed.filter((name) => !['simcash', 'help', 'complete'].includes(name)).sort()).toEqual([...TOP_LEVEL].sort());
});

describe('random command lines', () => {
  it(
    'end with a documented code and a word that does not act, and touch nothing outside',
    async () => {
      const outcomes: LineOutcome[] = [];
      for (let index = 0; index * TOGETHER < LINES; index += 2)
        outcomes.push(...(await Promise.all([lines(index, TOGETHER), lines(index + 1, TOGETHER)])).flat());
      expect(report(outcomes), `seed ${SEED}`).toEqual({});
      // Chance has to reach what lies behind the parser, or these lines show nothing.
      const share = (wanted: number): number => outcomes.filter(({ code }) => code === wanted).length / outcomes.length;
      for (const code of [0, 2, 3, 4, 5]) expect(share(code), `exit code ${code}`).toBeGreaterThan(0.01);
    },
    600_000 * TIMES,
  );

  it('come to the same in a process of their own', async () => {
    const chance = new Chance(SEED - 1);
    const given = Array.from({ length: ALONE }, () => commandLine(chance, tree)).filter(([first]) => first !== undefined);
    const [alone, together] = [await jail(), await jail()];
    const before = untouchable(alone);
    const outcomes = await batch(given, together);
    for (const [i, args] of given.entries()) {
      const { code, signal, stderr } = await simcash(args, { ...alone, timeout: 30_000 });
      expect({ args, code, signal }).toEqual({ args, code: outcomes[i]!.code, signal: null });
      if (code !== 0 && code !== 1)
        expect(stderr.replaceAll(alone.cwd, '')).toBe(outcomes[i]!.stderr.replaceAll(together.cwd, ''));
    }
    expect(untouchable(alone)).toEqual(before);
  });
});
