import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { ALGORITHM_TEXTS, readScenario } from '@simcash/engine';
import { describe, expect, it } from 'vitest';
import { examplesOf, rowsOf } from './support/algorithm-page.js';
import { tableIn } from './support/tables.js';

/** The pages about settlement algorithms: complete, and their examples are what the engine does. */

const FOLDER = path.resolve(import.meta.dirname, '../guide/algorithms');
const read = (name: string): string => readFileSync(path.join(FOLDER, `${name}.md`), 'utf8');
const TYPES = Object.keys(ALGORITHM_TEXTS);
const pages = readdirSync(FOLDER)
  .map((file) => path.basename(file, '.md'))
  .filter((name) => name !== 'README');

/** What an algorithm is with nothing but its name, as parameters with their defaults; `module` has none. */
function defaults(type: string): string[][] {
  const algorithm = type === 'custom' ? { type, module: 'REQUIRED' } : type;
  const document = {
    simulation: { ticks_per_day: 1, num_days: 1, rng_seed: 1 },
    agents: [{ id: 'A', opening_balance: 0 }],
    settlement: { runs: [{ algorithms: [algorithm] }] },
  };
  const { type: _, ...parameters } = readScenario(document).config.settlement!.runs[0]!.algorithms[0]!;
  return Object.entries(parameters).map(([name, value]) => [
    `\`${name}\``,
    value === 'REQUIRED' ? 'required' : `\`${value === null ? 'null' : String(value)}\``,
  ]);
}

describe('the pages about algorithms', () => {
  it('are one for each algorithm, and no other', () => {
    expect(pages.toSorted()).toEqual(TYPES.toSorted());
  });

  it('are all in the table of contents', () => {
    const table = tableIn(read('README'), ['algorithm', 'what it does', 'keeps each bank’s order?', 'cost']);
    expect(table.map(([name]) => name)).toEqual(TYPES.map((type) => `[\`${type}\`](${type}.md)`));
  });
});

describe.each(pages)('the page of %s', (type) => {
  const page = read(type);
  const examples = examplesOf(page);

  it('has the parameters of the algorithm with their defaults', () => {
    const table = tableIn(page, ['parameter', 'default', 'meaning']);
    expect(table.map(([name, value]) => [name, value]).toSorted()).toEqual(defaults(type).toSorted());
  });

  it('says who uses the algorithm, and what is cut off', () => {
    expect(page.startsWith(`# \`${type}\`\n`)).toBe(true);
    expect(page).toMatch(/^## Who uses it\n\n\S/m);
    expect(page).toMatch(/^Cut-offs?: /m);
  });

  it('has an example in which the algorithm settles something', () => {
    expect(examples.flatMap(({ rows }) => rows.map(({ by }) => by))).toContain(`\`${type}\``);
  });

  it.each(examples)('$name: what settles is what the page says', async (example) => {
    expect(example.rows).not.toEqual([]);
    expect(await rowsOf(example)).toEqual(example.rows);
  });
});
