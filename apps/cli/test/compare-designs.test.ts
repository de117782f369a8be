import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { compareDesigns, MEASURES, type DesignComparison } from '@simcash/runs/live';
import { meanFigures } from '@simcash/statistics';
import { beforeAll, describe, expect, it } from 'vitest';
import { filesIn, parseLines, scenarioFile, simcash, temporaryDirectory } from './support/simcash.js';
import { Asker, reference } from './support/stored-runs.js';

/** `simcash compare-designs`: one scenario under several settlement designs, on the same payments. */

const NAME = 'arrivals-bands';
const cwd = temporaryDirectory({
  's.yaml': readFileSync(scenarioFile(NAME), 'utf8'),
  'fails.yaml': readFileSync(scenarioFile('error-negative-cap'), 'utf8'),
  'there.jsonl': '',
  'own.yaml': 'settlement: {preset: t2}\n',
  'bad.yaml': 'settlement: {entry: {gross: false}}\n',
});

const command = new Asker(() => cwd);
const designs = (...args: string[]): Promise<string> => command.output('compare-designs', 's.yaml', '--quiet', ...args);
type Document = DesignComparison & { schema_version: number; scenario: string };
const document = (...args: string[]): Promise<Document> => command.json<Document>('compare-designs', 's.yaml', '-q', ...args);

let three: Document;
beforeAll(async () => {
  three = await document('--designs', 'document,t2,dns', '--seeds', '1..3', '--baseline', 't2');
});

describe.concurrent('the JSON', () => {
  it('is what the library finds for the design of the file', async () => {
    const { code, stderr, stdout } = await simcash(['compare-designs', 's.yaml', '--designs', 'document,rtgs', '-q', '--json'], {
      cwd,
    });
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    const found = JSON.parse(stdout) as Document;
    const scenario = reference(NAME);
    const seed = scenario.config.rng_seed;
    const [alone] = compareDesigns([{ name: 'document', scenario: () => scenario }], [seed]).designs;
    expect(found).toMatchObject({ schema_version: 1, scenario: 's.yaml', baseline: 'document', seeds: [String(seed)] });
    expect(found.designs.map(({ design }) => design)).toEqual(['document', 'rtgs']);
    expect(found.designs[0]).toEqual(JSON.parse(JSON.stringify(alone)));
  });

  it('has a row per design and seed, in the order of the command line', () => {
    expect(three.baseline).toBe('t2');
    expect(three.seeds).toEqual(['1', '2', '3']);
    expect(three.designs.map(({ design, rows }) => [design, rows.map(({ seed }) => seed)])).toEqual([
      ...['document', 't2', 'dns'].map((design) => [design, ['1', '2', '3']]),
    ]);
  });

  it('has the means of the rows, and of their differences to the baseline', () => {
    const [, base] = three.designs;
    expect(base!.difference).toBeNull();
    for (const { difference, mean, rows } of three.designs)
      for (const measure of MEASURES) {
        const values = rows.map(({ measures }) => measures[measure]);
        const pairs = values.map((value, i) => [value, base!.rows[i]!.measures[measure]] as const);
        expect(mean[measure]).toEqual(meanFigures(values.filter((value) => value !== null)));
        const differences = pairs.flatMap(([here, there]) => (here === null || there === null ? [] : [here - there]));
        if (difference !== null) expect(difference[measure]).toEqual(meanFigures(differences));
      }
  });

  it('pairs all payments, and sums what each bank gains and pays to what the system does', () => {
    const [, base] = three.designs;
    expect(base!.rows.every(({ banks, paired }) => banks === null && paired === null)).toBe(true);
    for (const { design, rows } of three.designs.filter((one) => one !== base))
      for (const [i, { banks, measures, paired }] of rows.entries()) {
        expect([design, paired!.only_baseline, paired!.only_other, paired!.first_difference]).toEqual([design, 0, 0, null]);
        const of = (measures: (typeof rows)[number]['measures']): (number | null)[] => [
          measures.total_cost,
          measures.liquidity_used,
        ];
        const [cost, used] = of(measures);
        const [baseCost, baseUsed] = of(base!.rows[i]!.measures);
        expect(banks!.reduce((sum, bank) => sum + bank.total_cost, 0)).toBe(cost! - baseCost!);
        expect(banks!.reduce((sum, bank) => sum + bank.liquidity_used, 0)).toBe(used! - baseUsed!);
        expect(measures.payments_settled! - base!.rows[i]!.measures.payments_settled!).toBe(
          paired!.only_settled_in_other.count - paired!.only_settled_in_baseline.count,
        );
      }
  });

  it('says how much of the greatest possible value settles, only when asked', async () => {
    expect(three.designs[0]!.rows[0]).toMatchObject({ bound_is_proven: null, measures: { share_of_bound: null } });
    const { designs } = await document('--designs', 'document,rtgs', '--days', '1', '--bound');
    for (const { rows } of designs)
      for (const { bound_is_proven, measures } of rows) {
        expect(typeof bound_is_proven).toBe('boolean');
        expect(measures.share_of_bound!).toBeGreaterThan(0);
        expect(measures.share_of_bound!).toBeLessThanOrEqual(1);
      }
  });
});

describe.concurrent('other forms', () => {
  it('CSV has a line per design and seed with the numbers of the JSON', async () => {
    const text = await designs('--designs', 'document,t2,dns', '--seeds', '1..3', '--baseline', 't2', '--csv');
    const [head, ...rows] = text
      .trimEnd()
      .split('\n')
      .map((line) => line.split(','));
    expect(head!.slice(0, 2 + MEASURES.length)).toEqual(['design', 'seed', ...MEASURES]);
    expect(rows.map((row) => row.slice(0, 2 + MEASURES.length))).toEqual(
      three.designs.flatMap(({ design, rows: list }) =>
        list.map(({ measures, seed }) => [design, seed, ...MEASURES.map((measure) => String(measures[measure] ?? ''))]),
      ),
    );
  });

  it('the text has a table of designs, and intervals only for several seeds', async () => {
    const [one, several] = await Promise.all([
      designs('--designs', 'document,rtgs'),
      designs('--designs', 'document,rtgs', '--seeds', '4,2'),
    ]);
    expect(one).toMatch(/^seed \d+\n\nDesign +Settled/);
    expect(one).not.toContain('From (95 %)');
    expect(several).toMatch(/^means of 2 seeds\n/);
    expect(several).toContain('From (95 %)');
    expect(several).toContain('Payments against document, seed 4');
  });

  it('a line for every payment under every other design says when it settled under both', async () => {
    const file = path.join(cwd, 'pairs.jsonl');
    const found = await document('--designs', 'document,dns', '--days', '1', '--pairs', file);
    const lines = parseLines<{ design: string; settlement_tick: number | null; baseline_settlement_tick: number | null }>(
      readFileSync(file, 'utf8'),
    );
    const { paired } = found.designs[1]!.rows[0]!;
    expect(new Set(lines.map(({ design }) => design))).toEqual(new Set(['dns']));
    expect(lines).toHaveLength(paired!.paired);
    expect(paired!.later.count).toBeGreaterThan(0);
    const later = lines.filter((line) => line.settlement_tick !== null && line.baseline_settlement_tick !== null);
    expect(later.filter((line) => line.settlement_tick! > line.baseline_settlement_tick!)).toHaveLength(paired!.later.count);
  });

  it('a design of one’s own is named by its file, and nothing is stored', async () => {
    const { designs } = await document('--designs', 't2', '--design', 'own.yaml');
    expect(designs.map(({ design }) => design)).toEqual(['t2', 'own.yaml']);
    expect(designs[1]!.rows[0]!.measures).toEqual(designs[0]!.rows[0]!.measures);
    expect(Object.keys(filesIn(cwd)).filter((file) => file.endsWith('.duckdb'))).toEqual([]);
  });
});

describe.concurrent('comparisons of designs are refused', () => {
  it.each<[line: string, code: number, message: string]>([
    ['compare-designs s.yaml', 2, 'name at least two designs: --designs document,t2 or --design FILE'],
    ['compare-designs s.yaml --designs document', 2, 'name at least two designs'],
    ['compare-designs s.yaml --designs t2,t2', 2, 'a design is named twice: t2, t2'],
    ['compare-designs s.yaml --designs document,nothing', 2, '--design nothing: neither a preset nor a file'],
    ['compare-designs s.yaml --designs document,t2 --baseline dns', 2, '--baseline dns is none of the designs: document, t2'],
    ['compare-designs s.yaml --designs document,t2 --seeds 3,3', 2, "--seeds names a seed twice: '3,3'"],
    ['compare-designs s.yaml --designs document,t2 --seeds 5..1', 2, '--seeds needs at most'],
    ['compare-designs s.yaml --designs document,t2 --seeds x', 2, "--seeds needs seeds as 1..20 or 3,7,9, got 'x'"],
    ['compare-designs s.yaml --designs document,t2 --pairs there.jsonl', 2, '--pairs there.jsonl is there already'],
    ['compare-designs s.yaml --designs document,t2 --days 0', 2, "--days needs a whole number of at least 1, got '0'"],
    ['compare-designs s.yaml --designs t2 --design bad.yaml', 3, '--design bad.yaml: Invalid configuration: settlement.runs'],
    ['compare-designs none.yaml --designs document,t2', 3, 'scenario file not found: none.yaml'],
  ])('%s', (line, code, message) => command.refuses(line, code, message));

  it('when the scenario fails, and leave no file of payments', async () => {
    const line = 'compare-designs fails.yaml --designs document,t2 --quiet --pairs left.jsonl';
    await command.refuses(line, 1, 'Invalid config: Scenario event failed');
    expect(existsSync(path.join(cwd, 'left.jsonl'))).toBe(false);
  });
});
