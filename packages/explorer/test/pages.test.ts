import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readScenario, Simulation } from '../../engine/src/index.js';
import { openDatabase, reference, storeWhole } from '../../persistence/test/support/storing.js';
import { createEnvironment } from '../../environments/src/index.js';
import { recordSimulation } from '../../runs/src/index.js';
import { startExplorer, type Explorer } from '../src/index.js';

/** What the pages show: runs of all levels, hostile names, and reasons that are those of the engine. */

const HOSTILE = ['<script>alert(1)</script>', '"><img src=x onerror=alert(1)>', "a/b?c#d&e='f'", '\u202eevil', '..%2f..'];

let explorer: Explorer;
let cookie: string;
beforeAll(async () => {
  const database = await openDatabase();
  for (const level of ['SUMMARY', 'EVENTS', 'FULL'] as const)
    await recordSimulation(database, reference('lsm-gridlock-20'), { id: level.toLowerCase(), level });
  await storeWhole(database, 'days', reference('mixed-five-days'));
  const hostile = readScenario({
    simulation: { ticks_per_day: 4, num_days: 1, rng_seed: 1 },
    agents: HOSTILE.map((id) => ({ id, opening_balance: 0, policy: { type: 'Fifo' } })),
    scenario_events: HOSTILE.map((id, i) => ({
      type: 'CustomTransactionArrival',
      from_agent: id,
      to_agent: HOSTILE[(i + 1) % HOSTILE.length],
      amount: 100 + i,
      deadline: 3,
      schedule: { type: 'OneTime', tick: 0 },
    })),
    lsm_config: { enable_bilateral: false, enable_cycles: false },
  });
  await recordSimulation(database, hostile, { id: HOSTILE[0]!, level: 'FULL' });
  const environment = createEnvironment(
    { scenario: 'x', learners: [HOSTILE[0]!], decisions: [{ at: 'tick', action: 'release_all' }] },
    { scenario: hostile },
  );
  environment.reset({ seed: 1 });
  while (environment.learners.length > 0) environment.step({ [HOSTILE[0]!]: 0 });
  const { calls, scenario } = environment.record();
  await recordSimulation(database, scenario, { id: 'learned', level: 'FULL', calls });
  const { path } = database;
  database.close();
  explorer = await startExplorer(path);
  cookie = `simcash-${explorer.port}=${new URL(explorer.address).searchParams.get('token')}`;
});
afterAll(() => explorer.close());

async function get(target: string): Promise<{ status: number; body: string }> {
  const response = await fetch(`http://127.0.0.1:${explorer.port}${target}`, { headers: { Cookie: cookie } });
  return { status: response.status, body: await response.text() };
}

/** Addresses in a page, as a browser reads them. */
const linksIn = (body: string): string[] =>
  [...body.matchAll(/ href="([^"]*)"/g)].map(([, link]) =>
    link!.replaceAll('&amp;', '&').replaceAll('&#39;', "'").replaceAll('&quot;', '"'),
  );

/** The text of a page without its marks. */
const textOf = (body: string): string => body.replaceAll(/<[^>]*>/g, ' ').replaceAll(/\s+/g, ' ');

it('every link leads somewhere, and no page has a script, a style of its own, or an address elsewhere', async () => {
  const seen = new Set<string>();
  const waiting = ['/'];
  // A few of each kind of page are enough.
  const kinds = new Map<string, number>();
  while (waiting.length > 0) {
    const target = waiting.pop()!.replace(/#.*/, '');
    const kind = target
      .replaceAll(/[0-9]+|%[0-9A-F]{2}/gi, '')
      .replace(/banks\/[^?]+/, 'banks/X')
      .replace(/\?.*/, '');
    const count = kinds.get(kind) ?? 0;
    if (seen.has(target) || count >= 6) continue;
    kinds.set(kind, count + 1);
    seen.add(target);
    const { body, status } = await get(target);
    expect({ target, status }).toEqual({ target, status: 200 });
    if (target === '/style.css' || target.endsWith('.csv')) continue;
    expect(/<(script|img|iframe|object|style)|<[a-z][^>]* (on[a-z]+|style)=|="javascript:/i.exec(body)?.[0]).toBeUndefined();
    for (const link of linksIn(body)) {
      if (link === 'data:,' || link.startsWith('#')) continue;
      expect(link.startsWith('/') && !link.startsWith('//')).toBe(true);
      waiting.push(link);
    }
  }
  expect(seen.size).toBeGreaterThan(80);
});

it('shows names as text, whatever they are', async () => {
  const run = `/r/${encodeURIComponent(HOSTILE[0]!)}`;
  expect(textOf((await get('/')).body)).toContain('&lt;script>alert(1)&lt;/script>');
  for (const bank of HOSTILE) {
    const { body, status } = await get(`${run}/banks/${encodeURIComponent(bank)}`);
    expect(status).toBe(200);
    expect(body).not.toContain('<img');
  }
});

describe('a payment that waited', () => {
  it('has the place and the lack that the engine tells', async () => {
    const scenario = reference('lsm-gridlock-20');
    const simulation = Simulation.create(scenario);
    simulation.run({ untilTick: 6 });
    const [tx] = simulation.queue2() as [string];
    const { position, queue_size } = simulation.centralWait(tx)!;
    for (const level of ['summary', 'events', 'full']) {
      const { body, status } = await get(`/r/${level}/payments/${tx}?t=5`);
      expect(status).toBe(200);
      expect(textOf(body)).toContain(`${position + 1} of ${queue_size} in the central queue`);
    }
  });

  it('in its bank’s own queue has the path through the tree, with what was read', async () => {
    const scenario = reference('mixed-five-days');
    const simulation = Simulation.create(scenario);
    for (let tick = 0; tick < simulation.totalTicks; tick++) {
      const { traces } = simulation.explainTick();
      const held = traces.find(
        ({ action, steps, tree, tx_id }) =>
          tree === 'payment_tree' &&
          action === 'Hold' &&
          steps.length > 0 &&
          simulation.agentIds.some((id) => simulation.queue1(id).includes(tx_id!)),
      );
      if (held === undefined) continue;
      const { body } = await get(`/r/days/payments/${held.tx_id}?t=${tick}`);
      const text = textOf(body).replaceAll('&lt;', '<').replaceAll('&gt;', '>');
      for (const step of held.steps) {
        expect(text).toContain(`${step.node_id} : ${step.condition}`);
        for (const { text: read, value } of step.values) expect(text).toContain(`${read} ${value}`);
      }
      // The way that was taken stands out in the drawing of the tree: its boxes are the conditions and the hold.
      const drawing = /aria-label="How the policy came to Hold">(.*?)<\/svg>/s.exec(body)![1]!;
      const taken = [...drawing.matchAll(/<g class="taken (?:condition|action)"><title>([^:]+):/g)].map(([, node]) => node);
      expect(taken).toEqual([...held.steps.map(({ node_id }) => node_id), held.node_id]);
      return;
    }
    throw new Error('nothing was held');
  });

  it('held by a learner says so, and whether it could have been paid', async () => {
    const { body } = await get('/r/learned/payments/T00000001?t=2');
    expect(textOf(body)).toMatch(/Held by the learner, .* it could not have paid: it had 0\.00, and 1\.00 was due/);
  });

  it('gets no reason if what is executed now is not what is stored', async () => {
    const { body } = await get('/r/days/payments/T00000001');
    expect(textOf(body)).not.toContain('no reason can be given');
  });
});

describe('time', () => {
  const refresh = (body: string): string | undefined =>
    /<meta http-equiv="refresh" content="1;url=([^"]*)"/.exec(body)?.[1]?.replaceAll('&amp;', '&');

  it('can be played: a page leads to the next one by itself, up to the last tick, and keeps what it was asked for', async () => {
    const ticks = reference('lsm-gridlock-20').config.ticks_per_day * reference('lsm-gridlock-20').config.num_days;
    expect(refresh((await get('/r/full/queues?t=0')).body)).toBeUndefined();
    expect(refresh((await get('/r/full/queues?t=0&play=3')).body)).toBeUndefined();
    expect(refresh((await get('/r/full/queues?t=0&play=4')).body)).toBe('/r/full/queues?t=4&play=4');
    expect(refresh((await get('/r/full/events?t=1&play=1&type=Arrival')).body)).toBe('/r/full/events?type=Arrival&t=2&play=1');
    expect(refresh((await get(`/r/full/queues?t=${ticks - 2}&play=16`)).body)).toBe(`/r/full/queues?t=${ticks - 1}`);
    expect(refresh((await get(`/r/full/queues?t=${ticks - 1}&play=16`)).body)).toBeUndefined();
  });

  it('has a place to go to for every stretch of the bar', async () => {
    const { body } = await get('/r/days/queues?t=7');
    const places = [...body.matchAll(/<a href="\/r\/days\/queues\?t=(\d+)" tabindex="-1"><title>[^<]+ waiting</g)];
    const { num_days: days, ticks_per_day: perDay } = reference('mixed-five-days').config;
    expect(places.map(([, tick]) => Number(tick))).toEqual(Array.from({ length: days * perDay }, (_, t) => t));
  });
});

describe('numbers of a picture', () => {
  it('are a file, which the SQL beside it makes', async () => {
    const { body } = await get('/r/full/lsm');
    expect(linksIn(body)).toContain('/r/full/P9.csv');
    expect(textOf(body)).toContain("FROM lsm_cycles WHERE simulation_id = 'full'");
    const { body: text, status } = await get('/r/full/P9.csv');
    const simulation = Simulation.create(reference('lsm-gridlock-20'));
    simulation.run();
    const sets = [...simulation.events].filter(
      ({ event_type: type }) => type === 'LsmBilateralOffset' || type === 'LsmCycleSettlement',
    );
    expect(status).toBe(200);
    expect(text.split('\n')[0]).toBe('tick,kind,payments,value,saved,banks');
    expect(text.trimEnd().split('\n').length).toBe(1 + sets.length);
  });

  it('are not asked of a file that has no events, nor of pictures that there are not', async () => {
    expect((await get('/r/summary/lsm')).body).not.toContain('P9.csv');
    for (const place of ['/r/summary/P9.csv', '/r/full/P99.csv', '/r/full/__proto__.csv', '/r/nobody/P9.csv'])
      expect({ place, status: (await get(place)).status }).toEqual({ place, status: 404 });
  });

  it('of hostile names are no formulas, and stay within the quotes of their query', async () => {
    const { body, status } = await get(`/r/${encodeURIComponent(HOSTILE[0]!)}/P4.csv`);
    expect(status).toBe(200);
    expect(body).toContain('a/b?c#d');
  });
});

describe('lists', () => {
  it('of payments are filtered and ordered by fixed words, and by nothing else', async () => {
    const all = textOf((await get('/r/full/payments')).body);
    const strange = textOf(
      (await get(`/r/full/payments?sort=${encodeURIComponent('1; DROP TABLE simulations')}&status=x'`)).body,
    );
    expect(/([\d\u202F]+) payments of/.exec(strange)![1]).toBe(/([\d\u202F]+) payments of/.exec(all)![1]);
    expect((await get('/r/full')).status).toBe(200);
    const bank = reference('lsm-gridlock-20').config.agent_configs[0]!.id;
    const own = (await get(`/r/full/payments?bank=${bank}`)).body;
    const rows = [...own.matchAll(/<tr>(.*?)<\/tr>/gs)].slice(1);
    expect(rows.length).toBeGreaterThan(0);
    for (const [, row] of rows) expect(row).toContain(bank);
  });

  it('of events have the lines of the log', async () => {
    const simulation = Simulation.create(reference('lsm-gridlock-20'));
    simulation.run();
    const lines = [...simulation.events].filter(({ tick }) => tick === 3).map((event) => JSON.stringify(event));
    const { body } = await get('/r/full/events?t=3');
    const shown = [...body.matchAll(/<code>(.*?)<\/code>/g)].map(([, line]) =>
      line!.replaceAll('&quot;', '"').replaceAll('&lt;', '<').replaceAll('&amp;', '&'),
    );
    expect(shown).toEqual(lines.slice(0, 300));
  });

  it('of runs are searched, and two to five can be compared', async () => {
    expect(textOf((await get('/?q=summary')).body)).not.toContain('learned');
    expect((await get('/compare?r=full')).status).toBe(404);
    const { body, status } = await get('/compare?r=full&r=events');
    expect(status).toBe(200);
    expect(textOf(body)).toContain('The logs are equal, or one of them is not stored.');
    expect((await get('/compare?r=full&r=nobody')).status).toBe(404);
  });
});
