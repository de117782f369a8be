import type { SimulationEvent, TickView } from '@simcash/protocol';
import { beforeAll, describe, expect, it } from 'vitest';
import { displayContext } from '../../runs/src/display-context.js';
import { Narrative, TransactionFold } from '../../replay/src/index.js';
import { StoredStateProvider, type SimCashDatabase } from '../src/index.js';
import { firstDifference } from './support/comparing.js';
import { openDatabase, reference, reopen, storedViews, storeWhole, type LiveRun } from './support/storing.js';

const SCENARIOS = [
  'mixed-five-days',
  'lsm-cycles',
  'splits-families',
  'collateral-timers',
  'liquidity-pool-daily',
  'events-all-kinds',
  'deferred-crediting-lsm',
  'priority-mode',
  'ids-byte-order',
];

/** A view as plain data; what a store may add to a bank's row does not count. */
function plain({ agents, events, queues, result }: TickView): unknown {
  return {
    result: { ...result },
    events: events.map((event) => JSON.stringify(event)),
    agents: agents?.map(({ tick: _, ...state }: object & { tick?: number }) => state) ?? null,
    queues: queues && { queue1: [...queues.queue1].map(([agent, txs]) => [agent, ...txs]), queue2: queues.queue2 },
  };
}

function narrate(name: string, views: readonly TickView[]): string[] {
  const narrative = new Narrative(displayContext(reference(name).config));
  return views.map((view) => narrative.render(view));
}

/** Stored answers equal live answers (INV-11), and so replay shows what the run showed (INV-5). */
describe('a stored run answers as the running one did', () => {
  const runs = new Map<string, LiveRun>();
  let database: SimCashDatabase;
  beforeAll(async () => {
    const writing = await openDatabase();
    for (const name of SCENARIOS) runs.set(name, await storeWhole(writing, name, reference(name), { watch: true }));
    database = await reopen(writing, { readOnly: true });
  });

  it('in runs that have something to say: both queues are used, collateral is posted', () => {
    const views = [...runs.values()].flatMap((run) => run.views);
    expect(views.filter(({ queues }) => queues!.queue1.size > 0).length).toBeGreaterThan(50);
    expect(views.filter(({ queues }) => queues!.queue2.length > 1).length).toBeGreaterThan(50);
    expect(views.filter(({ agents }) => agents!.some((agent) => agent.posted_collateral > 0)).length).toBeGreaterThan(10);
  });

  it.each(SCENARIOS)('tick by tick, about events, results, banks and queues: %s', async (name) => {
    const { views } = runs.get(name)!;
    const stored = await storedViews(database, name, reference(name), { to: views.length - 1 });
    expect(stored).toHaveLength(views.length);
    for (const [tick, view] of views.entries()) expect(plain(stored[tick]!), `tick ${tick}`).toEqual(plain(view));
  });

  it.each(SCENARIOS)('so that the narrative is the same, character by character: %s', async (name) => {
    const { views } = runs.get(name)!;
    const stored = await storedViews(database, name, reference(name), { to: views.length - 1 });
    expect(firstDifference(narrate(name, stored).join(''), narrate(name, views).join(''))).toBeUndefined();
  });

  it('also when the replay begins in the middle', async () => {
    const name = 'mixed-five-days';
    const { views } = runs.get(name)!;
    const context = displayContext(reference(name).config);
    const whole = narrate(name, views);
    for (const [from, to] of [
      [1, 1],
      [11, 12],
      [29, 40],
      [59, 59],
    ] as const) {
      const provider = new StoredStateProvider(database, name, context, true);
      const narrative = new Narrative(context);
      narrative.begin(await provider.before(from));
      for await (const { agents, queues } of provider.views(from - 1, from - 1)) narrative.skip({ events: [], agents, queues });
      const shown: string[] = [];
      for await (const view of provider.views(from, to)) shown.push(narrative.render(view));
      expect(firstDifference(shown.join(''), whole.slice(from, to + 1).join('')), `${from}..${to}`).toBeUndefined();
    }
  });

  it('knows what is open before a tick from the events about it alone', async () => {
    for (const name of ['lsm-cycles', 'splits-families']) {
      const { views } = runs.get(name)!;
      const provider = new StoredStateProvider(database, name, displayContext(reference(name).config), true);
      const all = views.slice(0, 5).flatMap(({ events }) => events);
      const { events } = await provider.before(5);
      expect(events.length).toBeLessThan(all.length);
      const fold = (list: readonly SimulationEvent[]): unknown[] => {
        const known = new TransactionFold();
        for (const event of list) known.apply(event);
        return known.unsettled();
      };
      expect(fold(events)).toEqual(fold(all));
    }
  });

  it('leaves out what level EVENTS does not store, and does not guess it', async () => {
    const level = await openDatabase();
    const { views } = await storeWhole(level, 'x', reference('lsm-cycles'), { level: 'EVENTS', watch: true });
    const stored = await storedViews(level, 'x', reference('lsm-cycles'), { to: views.length - 1, hasStates: false });
    for (const [tick, view] of views.entries()) {
      expect(plain(stored[tick]!)).toEqual(plain({ ...view, agents: null, queues: null }));
    }
  });
});
