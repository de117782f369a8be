import { existsSync } from 'node:fs';
import path from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { query, rowDifferences, type Row } from './support/database.js';
import { output, QUIET_SCENARIO, simcash, temporaryDirectory } from './support/simcash.js';

const cwd = temporaryDirectory({ 'noon.yaml': QUIET_SCENARIO, 'deep/er/study.one.yaml': QUIET_SCENARIO });
const database = path.join(cwd, 'simcash.duckdb');

const DESCRIPTION = "what 'noon' does,\nin two lines";
const SPOKEN = ['--name', 'Noon study', '--description', DESCRIPTION, '--label', 'study=noon', '--label', 'by=me'];

const save = (file: string, id: string, ...flags: string[]): Promise<string> =>
  output(['run', file, '--save', '--id', id, '-q', ...flags], { cwd });

async function stored(id: string): Promise<Row> {
  const [row] = await query(
    database,
    `SELECT config_file, config_name, description, labels FROM simulations WHERE simulation_id = '${id}'`,
  );
  return row!;
}

beforeAll(async () => {
  await save('noon.yaml', 'spoken', ...SPOKEN);
  await save('deep/er/study.one.yaml', 'silent');
  await save(
    'noon.yaml',
    'labels',
    '--label',
    'a=b=c',
    '--label',
    'empty=',
    '--label',
    'a key=a "value"',
    '--label',
    'twice=1',
    '--label',
    'twice=2',
  );
  await output(['run', '-', '--save', '--id', 'piped', '-q'], { cwd, input: QUIET_SCENARIO });
});

describe.concurrent('a stored run', () => {
  it('has the name, the description and the labels that it was given', async () => {
    expect(await stored('spoken')).toEqual({
      config_file: 'noon.yaml',
      config_name: 'Noon study',
      description: DESCRIPTION,
      labels: '{"study":"noon","by":"me"}',
    });
  });

  it('is named after its scenario file, without folder and ending, unless it is given a name', async () => {
    expect(await stored('silent')).toEqual({
      config_file: 'deep/er/study.one.yaml',
      config_name: 'study.one',
      description: null,
      labels: null,
    });
    const absolute = path.join(temporaryDirectory(), 'a.duckdb');
    await output(['run', path.join(cwd, 'noon.yaml'), '--save', '--id', 'x', '-q', '--db', absolute]);
    expect(await query(absolute, 'SELECT config_name FROM simulations')).toEqual([{ config_name: 'noon' }]);
    expect(await stored('piped')).toMatchObject({ config_name: 'stdin' });
  });

  it('has a label up to the first =, whatever comes after it; of two with one key the last', async () => {
    const { labels } = await stored('labels');
    expect(JSON.parse(labels as string)).toEqual({ a: 'b=c', empty: '', 'a key': 'a "value"', twice: '2' });
  });

  it('can be found by its labels', async () => {
    const found = await query(database, `SELECT simulation_id FROM simulations WHERE labels ->> 'study' = 'noon'`);
    expect(found).toEqual([{ simulation_id: 'spoken' }]);
  });

  it('is the same run whatever it is called', async () => {
    const other = path.join(temporaryDirectory(), 'a.duckdb');
    await output(['run', 'noon.yaml', '--save', '--id', 'spoken', '-q', '--db', other], { cwd });
    const words = ['config_name', 'description', 'labels'];
    const differences = await rowDifferences(database, other, 'spoken');
    expect(Object.keys(differences)).toEqual(['simulations']);
    expect(Object.keys(differences.simulations!).sort()).toEqual(words);
  });
});

describe.concurrent('show', () => {
  it('prints name, description and labels', async () => {
    const text = await output(['show', 'spoken'], { cwd });
    expect(text).toMatch(/^Name +Noon study$/m);
    expect(text).toMatch(/^Description +what 'noon' does,/m);
    expect(text).toMatch(/^Labels +.*\bstudy\b.*\bnoon\b.*\bby\b.*\bme\b/m);
    expect(text).toMatch(/^Scenario +noon\.yaml$/m);
  });

  it('leaves out what there is not', async () => {
    const text = await output(['show', 'silent'], { cwd });
    expect(text).toMatch(/^Name +study\.one$/m);
    expect(text).not.toMatch(/^(Description|Labels) /m);
  });

  it('has them in its document', async () => {
    expect(JSON.parse(await output(['show', 'spoken', '--json'], { cwd }))).toMatchObject({
      config_file: 'noon.yaml',
      config_name: 'Noon study',
      description: DESCRIPTION,
      labels: expect.anything() as unknown,
    });
  });
});

describe.concurrent('list --json', () => {
  it('has name, description and labels of every run, but no configuration', async () => {
    const rows = JSON.parse(await output(['list', '--json'], { cwd })) as Record<string, unknown>[];
    expect(rows).toHaveLength(4);
    for (const row of rows) {
      expect(row).not.toHaveProperty('config_json');
      expect(row).toHaveProperty('config_hash');
    }
    const byId = new Map(rows.map((row) => [row.simulation_id, row]));
    expect(byId.get('spoken')).toMatchObject({ config_name: 'Noon study', description: DESCRIPTION });
    expect(byId.get('silent')).toMatchObject({ config_name: 'study.one', description: null, labels: null });
    const { labels } = byId.get('spoken')!;
    const document = typeof labels === 'string' ? (JSON.parse(labels) as unknown) : labels;
    expect(document).toEqual({ study: 'noon', by: 'me' });
  });
});

describe.concurrent('is refused', () => {
  it.each([
    ['a label without =', ['--label', 'noon'], "--label needs KEY=VALUE, got 'noon'"],
    ['a label without a key', ['--label', '=noon'], "--label needs KEY=VALUE, got '=noon'"],
    ['an empty label', ['--label', ''], "--label needs KEY=VALUE, got ''"],
    ['the one wrong label among right ones', ['--label', 'a=b', '--label', 'c'], "--label needs KEY=VALUE, got 'c'"],
  ])('%s: nothing is run, nothing is stored', async (_, flags, said) => {
    const file = path.join(temporaryDirectory(), 'a.duckdb');
    const { code, stderr, stdout } = await simcash(['run', 'noon.yaml', '--save', '--id', 'x', '--db', file, ...flags], { cwd });
    expect([code, stdout]).toEqual([2, '']);
    expect(stderr).toContain(`error: ${said}`);
    if (existsSync(file)) expect(await query(file, 'SELECT count(*)::INTEGER AS n FROM simulations')).toEqual([{ n: 0 }]);
  });

  it.each([
    ['--name', 'x'],
    ['--description', 'x'],
    ['--label', 'a=b'],
  ])('%s without --save', async (flag, value) => {
    const { code, stderr, stdout } = await simcash(['run', 'noon.yaml', flag, value], { cwd });
    expect([code, stdout]).toEqual([2, '']);
    expect(stderr).toContain(`error: ${flag} needs --save`);
  });
});
