import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { SimCashDatabase } from '@simcash/persistence';
import { REFERENCE_SCENARIOS } from '../../engine/test/support/reference.js';
import { reference } from '../../persistence/test/support/storing.js';
import { explainPayment, openRun, recordSimulation } from '../src/index.js';
import { comparisonFigures, reportFigures, StoredSource } from '../src/report/index.js';
import { compareLive, LiveRun, PAYMENT_ORDERS, PAYMENT_STATUSES, type RunSource } from '../src/source/index.js';
import { VERSION } from '../src/version.js';

/** A run in memory says what the stored run says: figures, payments, lives, reasons, queues, events (spec 16 D2, §4). */

let database: SimCashDatabase;
beforeAll(async () => {
  database = await SimCashDatabase.open(':memory:');
});
afterAll(() => database.close());

/** Those that run to their end. */
const NAMES = REFERENCE_SCENARIOS.filter(({ outcome }) => outcome === 'completed').map(({ name }) => name);

function liveRun(name: string, id = name): LiveRun {
  const live = new LiveRun(reference(name), { id, version: VERSION });
  while (!live.isComplete) live.tick();
  return live;
}

async function both(name: string): Promise<{ live: LiveRun; stored: StoredSource }> {
  await recordSimulation(database, reference(name), { id: name, level: 'EVENTS' });
  return { live: liveRun(name), stored: new StoredSource(database, await openRun(database, name)) };
}

describe.each(NAMES)('%s', (name) => {
  it('has the figures of the stored run, waits included', async () => {
    const { live, stored } = await both(name);
    expect(await live.figures()).toEqual(await stored.figures());
    expect(live.configText).toBe(stored.configText);
    const waits = await database.query<{ tx_id: string; queue1_ticks: number; queue2_ticks: number; status: string }>(
      'SELECT tx_id, queue1_ticks, queue2_ticks, status FROM transactions WHERE simulation_id = $1 ORDER BY tx_id LIMIT 120',
      [name],
    );
    for (const wait of waits) expect(await live.payment(wait.tx_id)).toMatchObject(wait);
  });
});

describe.each(['mixed-five-days', 'lsm-gridlock-20', 'splits-families', 'deferred-crediting-lsm'])('pages of %s', (name) => {
  let live: LiveRun;
  let stored: StoredSource;
  beforeAll(async () => {
    const id = `${name} pages`;
    await recordSimulation(database, reference(name), { id, level: 'EVENTS' });
    live = liveRun(name);
    stored = new StoredSource(database, await openRun(database, id));
  });

  const equal = async (ask: (source: RunSource) => Promise<unknown>): Promise<void> => {
    expect(await ask(live)).toEqual(await ask(stored));
  };

  it('list the same payments in the same order', async () => {
    const [bank] = live.policies[0]!.banks as [string];
    for (const status of PAYMENT_STATUSES)
      for (const sort of PAYMENT_ORDERS)
        for (const one of ['', bank]) await equal((source) => source.payments({ bank: one, status, sort, from: 3, limit: 20 }));
  });

  it('tell the same lives, reasons, queues and events', async () => {
    const { head, worstQueue } = await live.figures();
    const tick = worstQueue?.tick ?? head.ticks - 1;
    const { rows } = await live.payments({ bank: '', status: '', sort: 'delay', from: 0, limit: 12 });
    for (const { tx_id } of rows) {
      await equal((source) => source.payment(tx_id));
      await equal((source) => source.reason(tx_id, tick));
      await equal((source) => source.events({ tick, type: '', bank: '', tx: tx_id, limit: 10 }));
    }
    await equal((source) => source.queues(tick));
    await equal((source) => source.queues(tick, live.policies[0]!.banks[0]));
    await equal((source) => source.events({ tick, type: '', bank: live.policies[0]!.banks[0]!, tx: '', limit: 50 }));
    await equal((source) => source.events({ tick, type: 'Arrival', bank: '', tx: '', limit: 5 }));
    await equal((source) => source.payment('T99999999'));
  });
});

it('goes on after calls, which are part of it: made again, it is the same run', async () => {
  const live = new LiveRun(reference('mixed-five-days'), { id: 'a', version: VERSION });
  const [sender, receiver] = live.simulation.agentIds as [string, string];
  while (live.simulation.currentTick < 5) live.tick();
  const order = { sender, receiver, amount: 12_345, deadline_tick: 40, priority: 9, divisible: false };
  live.call({ call: 'submit_transaction', ...order });
  while (!live.isComplete) live.tick();
  const again = new LiveRun(reference('mixed-five-days'), { id: 'a', version: VERSION, calls: live.calls });
  while (!again.isComplete) again.tick();
  expect(again.logHash).toBe(live.logHash);
  expect(again.calls).toEqual(live.calls);
  expect(live.logHash).not.toBe(liveRun('mixed-five-days').logHash);
});

it('is told from what is stored when a payment is known by its id at level SUMMARY, too', async () => {
  await recordSimulation(database, reference('splits-families'), { id: 'summary', level: 'SUMMARY' });
  const run = await openRun(database, 'summary');
  const live = liveRun('splits-families');
  const { rows } = await live.payments({ bank: '', status: '', sort: 'delay', from: 0, limit: 5 });
  for (const { tx_id } of rows) expect(await explainPayment(database, run, tx_id)).toEqual(await live.payment(tx_id));
  const { head: _, ...figures } = await reportFigures(database, run);
  const { head: __, ...own } = await live.figures();
  expect(figures).toEqual(own);
});

it('is compared with others as stored runs are', async () => {
  const names = ['lsm-bilateral', 'lsm-cycles'];
  const ids = names.map((name) => `compared ${name}`);
  for (const [i, name] of names.entries()) await recordSimulation(database, reference(name), { id: ids[i]!, level: 'EVENTS' });
  expect(await compareLive(names.map((name, i) => liveRun(name, ids[i])))).toEqual(await comparisonFigures(database, ids));
});

describe('a log that is too long to be kept', () => {
  it('is let go; figures and payments stay, and what needs it says so', async () => {
    const long = new LiveRun(reference('mixed-five-days'), { id: 'long', version: VERSION, mostEvents: 1000 });
    const whole = liveRun('mixed-five-days', 'long');
    while (!long.isComplete) long.tick();
    expect(long.logHash).toBe(whole.logHash);
    expect(await long.figures()).toEqual(await whole.figures());
    const all = { bank: '', status: '', sort: '', from: 0, limit: 50 } as const;
    expect(await long.payments(all)).toEqual(await whole.payments(all));
    expect([long.logBytes, whole.logBytes > 0]).toEqual([0, true]);
    const refusal = /The log of long is not kept: it has \d+ events, more than 1000/;
    await expect(long.payment('T00000001')).rejects.toThrow(refusal);
    await expect(long.events({ tick: 0, type: '', bank: '', tx: '', limit: 5 })).rejects.toThrow(refusal);
    expect(() => [...long.lines()]).toThrow(refusal);
  });
});
