import path from 'node:path';
import { loadCheckpoint, SimCashDatabase } from '@simcash/persistence';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { temporaryDirectory } from '../../../apps/cli/test/support/simcash.js';
import { reference } from '../../persistence/test/support/storing.js';
import {
  designOutcome,
  getIndicators,
  openRun,
  recordSimulation,
  sheetProblems,
  sheetTexts,
  storedIndicators,
} from '../src/index.js';

/** A run has one sheet of indicators, in whatever way it was stored and however often it was broken off. */

let database: SimCashDatabase;
beforeAll(async () => {
  database = await SimCashDatabase.open(path.join(temporaryDirectory(), 'a.duckdb'));
});
afterAll(() => database.close());

const sheet = async (id: string): Promise<Record<string, string>> => storedIndicators(database, await openRun(database, id));

/** Sections that are stored of a run, and not computed when they are asked for. */
async function stored(id: string): Promise<string[]> {
  const rows = await database.query<{ section: string }>('SELECT section FROM indicator_sheets WHERE simulation_id = $1', [id]);
  return rows.map(({ section }) => section).sort();
}

const SECTIONS = ['bank_days', 'banks', 'bcbs248', 'days', 'network', 'pairs', 'profile', 'system'];

describe.each(['splits-families', 'liquidity-pool-daily', 'deferred-crediting-lsm', 'drop-and-reprioritize'])('%s', (name) => {
  const id = (what: string): string => `${name} ${what}`;

  const scenario = reference(name);
  beforeAll(async () => {
    for (const level of ['FULL', 'EVENTS', 'SUMMARY'] as const)
      await recordSimulation(database, scenario, { id: id(level), level });
  });

  it('has the sheet of the run that is not stored at all, at every level', async () => {
    const live = sheetTexts(designOutcome(scenario, {}).sheet);
    for (const level of ['FULL', 'EVENTS', 'SUMMARY'] as const) {
      expect([level, await sheet(id(level))]).toEqual([level, live]);
      expect(await stored(id(level))).toEqual(level === 'SUMMARY' ? [] : SECTIONS);
    }
  });

  it('has it also when it was broken off and went on from a checkpoint', async () => {
    const middle = Math.floor((scenario.config.ticks_per_day * scenario.config.num_days) / 2);
    for (const level of ['EVENTS', 'FULL'] as const) {
      const broken = { id: id(`broken ${level}`), level, checkpointEvery: 3, untilTick: middle };
      await recordSimulation(database, scenario, broken);
      const before = await sheet(broken.id);
      expect(JSON.parse(before.system!)).toMatchObject({ ticks: middle });
      const resume = await loadCheckpoint(database, 'latest', broken.id);
      await recordSimulation(database, scenario, { resume });
      expect([level, await sheet(broken.id)]).toEqual([level, await sheet(id('FULL'))]);
    }
  });

  it('is had section by section, typed', async () => {
    const { bank_days, banks, system } = designOutcome(scenario, {}).sheet;
    for (const level of ['FULL', 'SUMMARY'] as const) {
      expect(await getIndicators(database, id(level))).toEqual(system);
      const rows = await getIndicators(database, id(level), { by: 'banks' });
      expect(rows.map(({ bank, liquidity_used }) => [bank, liquidity_used])).toEqual(
        banks.map(({ bank, liquidity_used }) => [bank, liquidity_used]),
      );
      expect(await getIndicators(database, id(level), { by: 'bank_days' })).toEqual(bank_days);
    }
  });

  it('is stored as the stored events give it, and another one is found out', async () => {
    const run = await openRun(database, id('EVENTS'));
    expect(await sheetProblems(database, run)).toEqual([]);
    const changed = `UPDATE indicator_sheets SET content = replace(content, '"ticks":', '"ticks":1') WHERE simulation_id = $1`;
    await database.query(changed, [id('EVENTS')]);
    expect(await sheetProblems(database, run)).toEqual(['indicator_sheets: section system is not what the stored events give']);
    await database.query('DELETE FROM indicator_sheets WHERE simulation_id = $1', [id('EVENTS')]);
    expect(await sheet(id('EVENTS'))).toEqual(await sheet(id('FULL')));
  });
});

it('a run that stands beside it changes nothing', async () => {
  const scenario = reference('lsm-cycles');
  await recordSimulation(database, scenario, { id: 'among others' });
  const alone = await SimCashDatabase.open(path.join(temporaryDirectory(), 'b.duckdb'));
  await recordSimulation(alone, scenario, { id: 'alone' });
  expect(await storedIndicators(alone, await openRun(alone, 'alone'))).toEqual(await sheet('among others'));
  alone.close();
});
