import { execFile } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { SimCashDatabase, type SqlRow, type SqlValue } from '../../packages/persistence/src/index.js';

/**
 * Every command and every query of the analyst's guide is run, and what the page prints below a query is what the query gives.
 * `npx vitest run docs/test/analyst-guide.test.ts -u` writes the results into the page.
 */
const ROOT = path.resolve(import.meta.dirname, '../..');
const GUIDE = path.join(ROOT, 'docs/guide/analyst.md');
const page = readFileSync(GUIDE, 'utf8');
const queries = [...page.matchAll(/^```sql\n([^]*?)^```/gm)].map(([, sql]) => sql!);
/** Rows that the page shows of a result. */
const SHOWN = 12;

let directory: string;
let database: SimCashDatabase;

beforeAll(async () => {
  directory = mkdtempSync(path.join(tmpdir(), 'simcash-analyst-'));
  symlinkSync(path.join(ROOT, 'docs'), path.join(directory, 'docs'), 'junction');
  const commands = [...page.matchAll(/^npx simcash (.*?)(?: +#.*)?$/gm)].map(([, line]) => line!.split(' '));
  for (const args of commands)
    await promisify(execFile)(process.execPath, [path.join(ROOT, 'apps/cli/bin/simcash.js'), ...args], { cwd: directory });
  const file = path.join(directory, 'demo.duckdb');
  database = await SimCashDatabase.open(file, { readOnly: true, directories: [directory] });
});

afterAll(() => {
  database?.close();
  rmSync(directory, { recursive: true, force: true });
});

/** The query as somebody asks it who stands in the directory. */
const inDirectory = (sql: string): string => sql.replaceAll("'demo-parquet/", `'${directory}/demo-parquet/`);

describe("the analyst's guide", () => {
  it('shows below each query what it gives', async () => {
    expect(queries.length).toBeGreaterThan(20);
    const results: string[] = [];
    for (const sql of queries) results.push(printed(await database.query(inDirectory(sql))));
    const withResults = page.replace(/^(```sql\n[^]*?^```\n)(?:\n```text\n[^]*?^```\n)?/gm, (_, query: string) => {
      return `${query}\n\`\`\`text\n${results.shift()!}\`\`\`\n`;
    });
    await expect(withResults).toMatchFileSnapshot(GUIDE);
  });

  it('has queries that find something, but for those that look for mistakes', async () => {
    const empty: string[] = [];
    for (const sql of queries) if ((await database.query(inDirectory(sql))).length === 0) empty.push(sql);
    const mistakes = page.slice(page.indexOf('## Does it add up?'), page.indexOf('## Experiments'));
    expect(empty.filter((sql) => !mistakes.includes(sql) && !sql.includes('AND stalled'))).toEqual([]);
  });
});

/** Rows as a table for the page: numbers to the right, a few decimals, long texts and long results cut. */
function printed(rows: readonly SqlRow[]): string {
  if (rows.length === 0) return '(no rows)\n';
  const names = Object.keys(rows[0]!);
  const shown = rows.slice(0, SHOWN).map((row) => names.map((name) => cell(row[name]!)));
  const widths = names.map((name, i) => Math.max(name.length, ...shown.map((cells) => cells[i]!.length)));
  const isNumber = names.map((name) => rows.some((row) => typeof row[name] === 'number'));
  const line = (cells: readonly string[]): string =>
    `${cells.map((text, i) => (isNumber[i] ? text.padStart(widths[i]!) : text.padEnd(widths[i]!))).join('  ')}`.trimEnd();
  const more = rows.length > SHOWN ? [`… ${rows.length} rows`] : [];
  return [line(names), line(widths.map((width) => '-'.repeat(width))), ...shown.map(line), ...more]
    .map((text) => `${text}\n`)
    .join('');
}

function cell(value: SqlValue): string {
  if (value === null) return 'NULL';
  if (Array.isArray(value)) return `[${value.map(cell).join(', ')}]`;
  if (typeof value === 'number' && !Number.isInteger(value)) return value.toFixed(4);
  const text = String(value);
  return text.length > 110 ? `${text.slice(0, 109)}…` : text;
}
