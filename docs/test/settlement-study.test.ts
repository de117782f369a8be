import { execFile } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { readScenarioText } from '@simcash/engine';
import { afterAll, describe, expect, it } from 'vitest';
import { tableIn } from './support/tables.js';

/**
 * The study of the guide to settlement designs. All of it takes a minute; here one level of liquidity is run in full, all fifty days
 * under all six designs, and the picture is held against the table.
 */
const ROOT = path.resolve(import.meta.dirname, '../..');
const read = (file: string): string => readFileSync(path.join(ROOT, file), 'utf8');
const page = read('docs/guide/settlement-designs.md');
const picture = read('docs/guide/pictures/settlement-designs.svg');
const directory = mkdtempSync(path.join(tmpdir(), 'simcash-settlement-study-'));
afterAll(() => rmSync(directory, { recursive: true, force: true }));

interface Study extends Record<string, unknown> {
  axes: [liquidity: { name: string; values: { label: string }[] }, designs: { name: string; designs: string[] }];
  replications: { count: bigint };
}

const study = readScenarioText(read('docs/examples/settlement-designs.yaml')).document as unknown as Study;
const [{ values: levels }, { designs }] = study.axes;
/** The one that is run here. */
const LEVEL = '1000';

const DELAYS = ['each bank has', ...designs.map((design) => `\`${design}\``)];
/** Rows of the table of delays: a level of liquidity, then a mean with its interval per design. */
const delays = tableIn(page, DELAYS);
const rowOf = (name: string, table = delays): string[] => table.find(([first]) => first === name)!.slice(1);
const inGroups = (digits: string): string => Number(digits).toLocaleString('en');

/** Whole numbers of a document as JSON has them. */
const plainNumbers = (_: string, value: unknown): unknown => (typeof value === 'bigint' ? Number(value) : value);

async function simcash(...args: string[]): Promise<string> {
  const { stdout } = await promisify(execFile)(process.execPath, [path.join(ROOT, 'apps/cli/bin/simcash.js'), ...args], {
    cwd: directory,
  });
  return stdout;
}

/** Rows of a report as CSV, by the names in its head. */
function records(csv: string): Record<string, string>[] {
  const [head, ...lines] = csv
    .trim()
    .split('\n')
    .map((line) => line.split(','));
  return lines.map((cells) => Object.fromEntries(head!.map((name, i) => [name, cells[i]!])));
}

/** A mean with the half width of its interval, as the tables have it. */
const estimate = (row: Record<string, string>): string => withInterval(row, (value) => value.toFixed(3));
const money = (row: Record<string, string>): string =>
  withInterval(row, (cents) => (cents / 100).toLocaleString('en', { maximumFractionDigits: 0 }));

function withInterval({ mean, t_lower, t_upper }: Record<string, string>, text: (value: number) => string): string {
  return `${text(Number(mean))} ± ${text((Number(t_upper) - Number(t_lower)) / 2)}`;
}

describe('the study of settlement designs', () => {
  it('is of six designs over fifty days', () => {
    expect([designs.length, study.replications.count]).toEqual([6, 50n]);
    expect(delays.map(([name]) => name)).toEqual([
      ...levels.map(({ label }) => inGroups(label)),
      `${inGroups(LEVEL)}, against \`rtgs\``,
    ]);
  });

  it('has the means and the differences that the command finds', async () => {
    const one = { ...study, base: path.join(ROOT, 'docs/examples', study.base as string) };
    const axes = [{ ...study.axes[0], values: levels.filter(({ label }) => label === LEVEL) }, study.axes[1]];
    writeFileSync(path.join(directory, 'study.json'), JSON.stringify({ ...one, axes }, plainNumbers));
    await simcash('sweep', 'run', 'study.json', '--id', 's', '-q', '--allow-path', path.join(ROOT, 'docs'));
    const rows = records(await simcash('sweep', 'report', 's', '--csv'));
    const shown = (measure: string, scope: string, text: typeof estimate): string[] =>
      rows.filter((row) => row.measure === measure && row.scope === scope).map(text);
    expect(shown('delay_indicator', 'cell', estimate)).toEqual(rowOf(inGroups(LEVEL)));
    const differences = rowOf(`${inGroups(LEVEL)}, against \`rtgs\``);
    expect(['–', ...shown('delay_indicator', 'difference', estimate)]).toEqual(differences);
    const others = tableIn(page, [`with ${inGroups(LEVEL)} each`, ...DELAYS.slice(1)]);
    expect(shown('settlement_rate_value', 'cell', estimate)).toEqual(rowOf('settled, of the value', others));
    expect(shown('liquidity_used', 'cell', money)).toEqual(rowOf('liquidity used, of 6,000', others));
    const settled = rows.filter((row) => row.measure === 'settlement_rate_value' && row.scope === 'cell');
    const [gridlock, cycles] = ['gridlock', 'dns_cycles'].map((design) => settled.find((row) => row.design === design)!);
    expect([gridlock!.mean, gridlock!.sd]).toEqual([cycles!.mean, cycles!.sd]);
  });

  it('is what the picture shows', () => {
    const heights = [...picture.matchAll(/<text x="68" y="([\d.]+)" text-anchor="end">([\d.]+)</g)].map(
      ([, y, value]): [y: number, value: number] => [Number(y) - 4, Number(value)],
    );
    const [[zero], [top, most]] = [heights[0]!, heights.at(-1)!];
    const points = [...picture.matchAll(/<circle cx="[\d.]+" cy="([\d.]+)"/g)].map(([, y]) => Number(y));
    const expected = designs.flatMap((_, d) => levels.map(({ label }) => Number.parseFloat(rowOf(inGroups(label))[d]!)));
    expect(points).toHaveLength(expected.length);
    const shown = points.map((y) => ((zero - y) / (zero - top)) * most);
    // Half a thousandth of the table, and as much that the drawing rounds.
    for (const [i, value] of shown.entries()) expect(Math.abs(value - expected[i]!)).toBeLessThanOrEqual(0.001);
    for (const design of designs) expect(picture).toContain(`>design ${design}<`);
  });
});
