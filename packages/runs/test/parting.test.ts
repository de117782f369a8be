import path from 'node:path';
import { SimCashDatabase } from '@simcash/persistence';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { temporaryDirectory } from '../../../apps/cli/test/support/simcash.js';
import { storedLog } from '../../persistence/test/support/comparing.js';
import { changed, reference } from '../../persistence/test/support/storing.js';
import { partingOf, recordSimulation } from '../src/index.js';

const NAME = 'mixed-five-days';
const RUNS = {
  first: reference(NAME),
  again: reference(NAME),
  shorter: changed(NAME, { num_days: 3 }),
  other: changed(NAME, { rng_seed: 99n }),
};
type Run = keyof typeof RUNS;

describe('two stored logs', () => {
  let database: SimCashDatabase;
  beforeAll(async () => {
    database = await SimCashDatabase.open(path.join(temporaryDirectory(), 'a.duckdb'));
    for (const [id, scenario] of Object.entries(RUNS)) await recordSimulation(database, scenario, { id, level: 'EVENTS' });
  });
  afterAll(() => database.close());

  const parting = (a: Run, b: Run) => partingOf({ database, id: a }, { database, id: b });
  const linesOf = async (id: Run): Promise<string[]> => (await storedLog(database, id)).trimEnd().split('\n');

  it('that are the same part nowhere', async () => {
    expect(await parting('first', 'again')).toBeNull();
  });

  it.each([
    ['first', 'other'],
    ['first', 'shorter'],
    ['shorter', 'first'],
    ['shorter', 'other'],
  ] as const)('%s and %s part at the first line that differs, or where one ends', async (a, b) => {
    const [x, y] = [await linesOf(a), await linesOf(b)];
    const at = x.findIndex((line, i) => line !== y[i]);
    const event_seq = at < 0 ? x.length : at;
    const { tick } = JSON.parse(x[event_seq] ?? y[event_seq]!) as { tick: number };
    expect(event_seq).toBeGreaterThan(0);
    expect(await parting(a, b)).toEqual({ event_seq, tick, baseline: x[event_seq] ?? null, other: y[event_seq] ?? null });
  });
});
