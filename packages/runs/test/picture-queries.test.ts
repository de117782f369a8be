import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { queryAny, SimCashDatabase } from '@simcash/persistence';
import { groupOf, MECHANISM_GROUPS, pictureQuery, type RunFigures } from '@simcash/pictures';
import { BANDS, OUTCOMES } from '@simcash/indicators';
import { COST_COMPONENTS } from '@simcash/protocol';
import { reference } from '../../persistence/test/support/storing.js';
import { LiveRun } from '../src/source/index.js';
import { recordSimulation } from '../src/index.js';
import { VERSION } from '../src/version.js';

/** The SQL beside each picture gives the picture's own numbers (spec 16 R1611); these come from a run that no database has seen. */

let database: SimCashDatabase;
beforeAll(async () => {
  database = await SimCashDatabase.open(':memory:');
});
afterAll(() => database.close());

type Row = Record<string, number | string | null | string[]>;

/** Runs whose ids want quoting, too. */
const NAMES = ['mixed-five-days', 'lsm-gridlock-20', 'splits-families', 'deferred-crediting-lsm'];

describe.each(NAMES)('%s', (name) => {
  const id = `o'${name}`;
  let figures: RunFigures;
  beforeAll(async () => {
    await recordSimulation(database, reference(name), { id, level: 'EVENTS' });
    const live = new LiveRun(reference(name), { id, version: VERSION });
    while (!live.isComplete) live.tick();
    figures = await live.figures();
  });

  async function rowsOf(number: string): Promise<Row[]> {
    const { columns, pages } = await queryAny(database, pictureQuery(number, id)!);
    const rows: Row[] = [];
    for await (const page of pages)
      rows.push(
        ...page.map((row) =>
          Object.fromEntries(row.map((value, i) => [columns[i]!, typeof value === 'bigint' ? Number(value) : (value as never)])),
        ),
      );
    return rows;
  }
  const ticksOf = (values: readonly number[]) => values.flatMap((value, tick) => (value > 0 ? [[tick, value]] : []));

  it('P1', async () => {
    const rows = await rowsOf('P1');
    const arrived = rows.filter(({ mechanism }) => mechanism === 'arrived');
    expect(arrived.map(({ tick, value }) => [tick, value])).toEqual(ticksOf(figures.sheet.profile.value_due));
    for (const group of MECHANISM_GROUPS) {
      const values = figures.settled[group].map(() => 0);
      for (const { mechanism, tick, value } of rows)
        if (mechanism !== 'arrived' && groupOf(mechanism as string) === group) values[tick as number]! += value as number;
      expect(values).toEqual(figures.settled[group]);
    }
  });

  it('P2, P5', async () => {
    const { positive_balances, credit_limit, credit_used } = figures.liquidity;
    expect(await rowsOf('P2')).toEqual(
      credit_used.map((used, tick) => ({
        tick,
        positive_balances: positive_balances[tick],
        credit_used: used,
        credit_limit: credit_limit[tick],
      })),
    );
    const { queue1_length, queue1_value, queue2_length, queue2_value } = figures.sheet.profile;
    expect(await rowsOf('P5')).toEqual(
      queue1_length.map((own, tick) => ({
        tick,
        queue1_length: own,
        queue1_value: queue1_value[tick],
        queue2_length: queue2_length[tick],
        queue2_value: queue2_value[tick],
      })),
    );
  });

  it('P3, P4', async () => {
    const using = figures.banks
      .filter(({ peak_use }) => peak_use !== null && peak_use > 0)
      .map(({ bank, peak_use, ticks_at_limit }) => ({ bank, ticks_at_limit, peak_use }));
    const rows = await rowsOf('P3');
    expect(rows.length).toBe(using.length);
    for (const one of using) expect(rows).toContainEqual(one);
    expect(await rowsOf('P4')).toEqual(
      [...figures.banks]
        .sort((a, b) => (a.bank < b.bank ? -1 : 1))
        .flatMap(({ balance, bank, credit_limit }) =>
          balance.map((cents, tick) => ({ bank, tick, balance: cents, floor: 0 - credit_limit[tick]! })),
        ),
    );
  });

  it('P6', async () => {
    const rows = await rowsOf('P6');
    const senders = new Map<string, { payments: number; value: number }>();
    for (const { bank, payments, value } of rows) {
      const own = senders.get(bank as string) ?? { payments: 0, value: 0 };
      senders.set(bank as string, { payments: own.payments + (payments as number), value: own.value + (value as number) });
    }
    const expected = (figures.worstQueue?.senders ?? []).map(({ bank, payments, value }) => [bank, { payments, value }] as const);
    expect(senders).toEqual(new Map(expected));
  });

  it('P7, P8', async () => {
    const delays = await rowsOf('P7');
    for (const { band, counts, unsettled } of figures.delays) {
      const own = delays.filter((row) => row.band === band);
      expect(own.flatMap(({ delay, payments }) => (delay === null ? [] : [[delay, payments]]))).toEqual(counts);
      expect(own.find(({ delay }) => delay === null)?.payments ?? 0).toBe(unsettled);
    }
    const deadlines = await rowsOf('P8');
    for (const band of BANDS)
      for (const outcome of OUTCOMES) {
        const row = deadlines.find((one) => one.band === band && one.outcome === outcome);
        const { count, value } = figures.sheet.system.deadlines[band][outcome];
        expect([row?.payments ?? 0, row?.value ?? 0]).toEqual([count, value]);
      }
  });

  it('P9', async () => {
    expect((await rowsOf('P9')).map((row) => ({ ...row, banks: [...new Set(row.banks as string[])] }))).toEqual(figures.offsets);
  });

  it('P10, P11', async () => {
    const pairs = figures.sheet.pairs.filter(({ value_settled }) => value_settled > 0);
    const matrix = await rowsOf('P11');
    expect(matrix.length).toBe(pairs.length);
    for (const { receiver, sender, value_settled } of pairs)
      expect(matrix).toContainEqual({ sender, receiver, value: value_settled });
    const network = await rowsOf('P10');
    const others = pairs.filter(({ receiver, sender }) => receiver !== sender);
    expect(network.length).toBe(others.length);
    for (const { legs_settled, receiver, sender, value_settled } of others)
      expect(network).toContainEqual({ sender, receiver, payments: legs_settled, value: value_settled });
  });

  it('P12, P13', async () => {
    const ticks = await rowsOf('P12');
    for (const component of COST_COMPONENTS) {
      const values = figures.costs[component]!.map(() => 0);
      for (const row of ticks) values[row.tick as number] = row[component] as number;
      expect(values).toEqual(figures.costs[component]);
    }
    const banks = await rowsOf('P13');
    for (const { bank, costs } of figures.sheet.banks)
      expect(banks.find((row) => row.bank === bank)?.total ?? 0).toBe(costs.total);
  });
});
