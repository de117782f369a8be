import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { SCENARIO } from '../../engine/test/designs/support/plugins.js';
import { readScenario, type Scenario } from '../../engine/src/index.js';
import { openDatabase } from '../../persistence/test/support/storing.js';
import { recordSimulation } from '../../runs/src/index.js';
import { startExplorer, type Explorer } from '../src/index.js';

/** Runs that are not as most are: failed, empty, with clocks, designs of their own and strange names. */

const LEVELS = ['SUMMARY', 'EVENTS', 'FULL'] as const;

const payment = (from: string, to: string, tick: number) => ({
  type: 'CustomTransactionArrival',
  from_agent: from,
  to_agent: to,
  amount: 5000,
  deadline: 3,
  schedule: { type: 'OneTime', tick },
});
const worldOf = (ids: readonly [string, string], policy: object = { type: 'Fifo' }): Scenario =>
  readScenario({
    simulation: { ticks_per_day: 4, num_days: 2, rng_seed: 1 },
    agents: ids.map((id) => ({ id, opening_balance: 0, policy })),
    scenario_events: [payment(ids[0], ids[1], 0)],
  });

/** A policy that divides by 0 in this tick of the day. */
const failingIn = (tick: number): object => ({
  type: 'InlineJson',
  json_string: JSON.stringify({
    version: '1.0',
    policy_id: 'broken',
    payment_tree: { type: 'action', node_id: 'p', action: 'Hold' },
    bank_tree: {
      type: 'action',
      node_id: 'b',
      action: 'SetReleaseBudget',
      parameters: {
        max_value_to_release: {
          compute: {
            op: '/',
            left: { value: 1 },
            right: { compute: { op: '-', left: { field: 'system_tick_in_day' }, right: { value: tick } } },
          },
        },
      },
    },
  }),
});

const CLOCKED = readScenario({
  simulation: { num_days: 2, rng_seed: 1 },
  clock: {
    time_zone: 'Europe/Berlin',
    tick: '1h',
    opening: '07:00',
    closing: '11:00',
    first_day: '2024-03-27',
    exceptions: { '2024-03-27': { opening: '09:00', closing: '11:00' } },
  },
  agents: ['A', 'B'].map((id) => ({ id, opening_balance: 0, policy: { type: 'Fifo' } })),
  scenario_events: [payment('A', 'B', 5)],
});
const CUSTOM = readScenario({
  ...SCENARIO,
  settlement: { runs: [{ name: 'own', retry_after: false, algorithms: [{ type: 'custom', module: 'own.js' }] }] },
});

let explorer: Explorer;
beforeAll(async () => {
  const database = await openDatabase();
  for (const level of LEVELS) {
    for (const tick of [0, 2])
      await recordSimulation(database, worldOf(['A', 'B'], failingIn(tick)), { id: `failed ${tick} ${level}`, level }).catch(
        () => undefined,
      );
    await recordSimulation(database, CUSTOM, {
      id: `custom ${level}`,
      level,
      algorithms: { 'own.js': { name: 'none', select: () => [] } },
    });
  }
  await recordSimulation(database, worldOf(['A', 'B']), { id: 'empty', level: 'FULL', untilTick: 0 });
  await recordSimulation(database, CLOCKED, { id: 'clock', level: 'FULL' });
  await recordSimulation(database, worldOf(['__proto__', 'constructor']), { id: '__proto__', level: 'FULL' });
  await recordSimulation(database, worldOf(['..', 'a/..']), { id: '..', level: 'FULL' });
  await recordSimulation(database, worldOf(['Arrival', '..']), { id: 'x/../%', level: 'FULL' });
  const { path } = database;
  database.close();
  explorer = await startExplorer(path);
});
afterAll(() => explorer.close());

async function get(target: string): Promise<{ status: number; body: string }> {
  const { address, port } = explorer;
  const headers = { Cookie: `simcash-${port}=${new URL(address).searchParams.get('token')}` };
  const response = await fetch(`http://127.0.0.1:${port}${target}`, { headers });
  return { status: response.status, body: await response.text() };
}
const textOf = (body: string): string => body.replaceAll(/<[^>]*>/g, ' ').replaceAll(/\s+/g, ' ');
const at = (run: string, path = ''): string => `/r/${encodeURIComponent(run)}${path}`;

const PAGES = ['', '/banks', '/network', '/lsm', '/payments', '/delay', '/costs', '/events', '/policies', '/scenario'];
/** Pages for which the run is executed again. */
const EXECUTED = ['/queues', '/queues?t=0', '/queues?t=999999999', '/banks/A', '/banks/A?t=1'];

async function statuses(run: string, pages: readonly string[]): Promise<string[]> {
  const found: string[] = [];
  for (const page of pages) {
    const { body, status } = await get(at(run, page));
    if (status !== 200 || /NaN|undefined|Infinity|\[object/.test(textOf(body))) found.push(`${page} ${status}`);
  }
  return found;
}

describe.each(LEVELS)('a run that failed, stored as %s', (level) => {
  it('in a later tick has all pages', async () => {
    expect(await statuses(`failed 2 ${level}`, [...PAGES, ...EXECUTED])).toEqual([]);
  });

  it('in its first tick has the pages of what is stored', async () => {
    expect(await statuses(`failed 0 ${level}`, PAGES)).toEqual([]);
  });

  it('in its first tick has pages of queues and banks', async () => {
    expect(await statuses(`failed 0 ${level}`, EXECUTED)).toEqual([]);
  });
});

describe('a run without a tick', () => {
  it('has all pages', async () => {
    expect(await statuses('empty', [...PAGES, ...EXECUTED])).toEqual([]);
  });

  it('has nothing that waited', async () => {
    expect(textOf((await get(at('empty', '/queues'))).body)).not.toContain('T00000001');
  });
});

describe('a run with a settlement algorithm of its own', () => {
  it.each(['EVENTS', 'FULL'])('has all pages if it is stored as %s', async (level) => {
    const pages = [...PAGES, ...EXECUTED, '/payments/T00000001', '/payments/T00000001?t=0'];
    expect(await statuses(`custom ${level}`, pages)).toEqual([]);
  });

  it('has pages, or a sentence that says why not, if it is stored as SUMMARY', async () => {
    expect(await statuses('custom SUMMARY', PAGES)).toEqual([]);
  });
});

describe('a run with a clock', () => {
  it('has all pages', async () => {
    expect(await statuses('clock', [...PAGES, ...EXECUTED])).toEqual([]);
  });

  it('shows the time of a day that opens at another hour than the first one', async () => {
    expect(textOf((await get(at('clock', '/queues?t=5'))).body)).toContain('At the end of day 1 08:00');
  });
});

describe('a strange name', () => {
  it('of every object is a name as others are', async () => {
    expect(await statuses('__proto__', [...PAGES, '/queues', '/banks/__proto__', '/banks/constructor'])).toEqual([]);
    const { body, status } = await get('/compare?r=__proto__&r=clock');
    expect(status).toBe(200);
    expect(textOf(body)).toContain('__proto__');
  });

  it('with slashes, dots and signs of percent is a run as others are', async () => {
    expect(await statuses('x/../%', [...PAGES, '/queues', '/banks/Arrival'])).toEqual([]);
  });

  it('of two dots is a run as others are', async () => {
    const { body } = await get('/');
    const link = [...body.matchAll(/href="([^"]*)"[^>]*><bdi>\.\.<\/bdi>/g)][0]![1]!;
    for (const path of PAGES.slice(1)) expect((await get(`${link}${path}`)).status).toBe(200);
    expect(textOf((await get(link)).body)).toContain('run ..');
  });

  it('of two dots is a bank as others are', async () => {
    const { body } = await get(at('x/../%', '/banks'));
    const link = [...body.matchAll(/href="([^"]*)"[^>]*><bdi>\.\.<\/bdi>/g)][0]![1]!;
    expect(/<h1>(.*?) <small/.exec((await get(link)).body)?.[1]).toBe('..');
  });

  it('that is a kind of event finds nothing where no bank has it', async () => {
    expect(textOf((await get(at('__proto__', '/events?t=0&bank=Arrival'))).body)).toMatch(/ 0 events/);
  });
});
