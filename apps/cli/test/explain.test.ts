import type { CentralWait, DecisionTrace, Simulation } from '@simcash/engine';
import { IndicatorSink, openRun, Reexecution } from '@simcash/runs';
import { beforeAll, describe, expect, it } from 'vitest';
import { simcash } from './support/simcash.js';
import { Asker, asking, directoryWithRuns, reference } from './support/stored-runs.js';

/** `simcash explain`: the life of a payment of a stored run, and why it waited. */

interface Explanation {
  tx_id: string;
  life: { tick: number; text: string }[];
  tick: number | null;
  wait: CentralWait | null;
  decision: DecisionTrace | null;
}

const LAST = 59;
/** Settles at once; is cut into parts; waits with its bank and at the centre before it settles in tick 41. */
const [AT_ONCE, CUT, LATE] = ['T00000001', 'T00000017', 'T00000055'];

let cwd: string;
let end: Simulation;
beforeAll(async () => {
  const scenario = reference('mixed-five-days');
  cwd = await directoryWithRuns({
    full: { scenario },
    events: { scenario, level: 'EVENTS' },
    summary: { scenario, level: 'SUMMARY' },
    part: { scenario, untilTick: 31 },
  });
  end = await asking(cwd, async (database) => {
    const run = await openRun(database, 'full');
    return new Reexecution(run, new IndicatorSink(run.scenario)).runTo(LAST + 1);
  });
});

const command = new Asker(() => cwd);
const explained = (...args: string[]): Promise<Explanation> => command.json<Explanation>('explain', ...args);
const explain = (...args: string[]): Promise<string> => command.output('explain', ...args);

describe.concurrent('a payment in the central queue', () => {
  it('waits for what the engine says, each at its place', async () => {
    const queue = end.queue2();
    const asked = queue.slice(0, 4);
    const found = await Promise.all(asked.map((id) => explained('full', id)));
    expect(found.map(({ decision, tick, wait }) => [tick, wait?.position, wait?.queue_size, decision])).toEqual(
      asked.map((_, i) => [LAST, i, queue.length, null]),
    );
    expect(found.map(({ wait }) => wait)).toEqual(asked.map((id) => end.centralWait(id)));
  });

  it('is told in words what is missing', async () => {
    const [first] = end.queue2();
    const { amount, available, causes, receiver_id, sender_id, shortfall } = end.centralWait(first!)!;
    expect([causes, amount - available]).toEqual([['liquidity'], shortfall]);
    const text = await explain('full', first!, '--tick', String(LAST));
    const units = (cents: number): string => (cents / 100).toLocaleString('en-US', { minimumFractionDigits: 2 });
    expect(text).toContain(
      `${first}: ${sender_id} → ${receiver_id} ${units(amount)} waits in the central queue at the end of tick`,
    );
    expect(text).toContain(`${units(available)} available`);
    expect(text).toContain(`${units(shortfall)} short`);
    expect(text).toContain('it lacks liquidity');
  });
});

describe.concurrent('a payment in its bank’s own queue', () => {
  it('waits because of a decision, whose steps are told with their values', async () => {
    const [mine] = end.queue1('COLNE');
    const { decision, tick, wait } = await explained('full', mine!);
    expect({ agent: decision!.agent_id, payment: decision!.tx_id, tick, wait }).toEqual({
      ...{ agent: 'COLNE', payment: mine, tick: LAST, wait: null },
    });
    const text = await explain('full', mine!);
    expect(text).toContain(`${mine} waits in its bank’s own queue at the end of tick ${LAST}; the decision of this tick:`);
    for (const { condition, node_id, outcome } of decision!.steps)
      expect(text).toContain(`${node_id}: ${condition} is ${outcome}`);
    expect(text).toContain(`${decision!.node_id}: ${decision!.action}`);
  });
});

describe.concurrent('a payment that settled', () => {
  it('has waited last in the tick before, unless it never did', async () => {
    const [late, atOnce] = await Promise.all([explained('full', LATE), explained('full', AT_ONCE)]);
    expect(late.life.at(-1)).toEqual({ tick: 41, text: 'settles at once' });
    expect(late.tick).toBe(40);
    expect(atOnce).toMatchObject({ tick: null, wait: null, decision: null });
    expect(atOnce.life.map(({ tick }) => tick)).toEqual([0, 0, 0, 0]);
  });

  it('does not wait before it came, or after it settled', async () => {
    const texts = await Promise.all([explain('full', LATE, '--tick', '22'), explain('full', LATE, '--tick', '41')]);
    expect(texts).toEqual([22, 41].map((tick) => `${LATE} does not wait in a queue at the end of tick ${tick}.\n`));
  });
});

describe.concurrent('a life', () => {
  it('begins with the arrival, goes on in order, and names the parts of a payment that was cut', async () => {
    const { life } = await explained('full', CUT);
    expect(life[0]!.text).toMatch(/^arrives: DUNMOW owes ESHER \d+\.\d\d by the end of tick \d+, priority \d+$/);
    const ticks = life.map(({ tick }) => tick);
    expect(ticks).toEqual([...ticks].sort((a, b) => a - b));
    const parts = /^is cut into \d+ parts: (.*)$/.exec(life.at(-1)!.text)![1]!.split(', ');
    const lives = await Promise.all(parts.map((part) => explained('full', part)));
    for (const part of lives) expect(part.life[1]!.text).toBe(`is a part of ${CUT}`);
  });

  it('is the same of a run whose states are not stored', async () => {
    const { code, stderr, stdout } = await simcash(['explain', 'events', LATE, '--json'], { cwd });
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(JSON.parse(stdout)).toEqual(await explained('full', LATE));
  });

  it('is the same of a run whose events are not stored', async () => {
    expect(await explained('summary', LATE)).toEqual(await explained('full', LATE));
  });
});

describe.concurrent('explanations are refused', () => {
  it.each<[line: string, code: number, message: string]>([
    ['explain nobody T00000001', 4, 'simulation nobody not found in simcash.duckdb'],
    ['explain full T99999999', 4, 'full has no stored payment T99999999'],
    ['explain part T00000120', 4, 'part has no stored payment T00000120'],
    ['explain full T00000001 --tick 60', 2, '--tick: tick 60 lies outside the run, its ticks are 0 to 59'],
    ['explain part T00000001 --tick 31', 2, '--tick: tick 31 lies outside the run, its ticks are 0 to 30'],
    ['explain full T00000001 --tick noon', 2, "--tick needs a whole number of at least 0, got 'noon'"],
    ['explain full T00000001 --bank COLNE', 2, "unknown option '--bank'"],
    ['explain full', 2, "missing required argument 'tx'"],
    ['explain full T00000001 --db none.duckdb', 5, 'database none.duckdb does not exist'],
  ])('%s', (line, code, message) => command.refuses(line, code, message));
});

it('knows no run of the central system after the last tick', async () => {
  const waiting = end.queue2();
  expect(waiting.length).toBeGreaterThan(0);
  for (const tx of waiting.slice(0, 5)) {
    const { wait } = await explained('full', tx, '--tick', String(LAST));
    expect(wait).toMatchObject({ tx_id: tx, next_run: null });
  }
});

describe.concurrent('diff of runs without events', () => {
  it('says what the hashes of their logs say, and nothing more', async () => {
    expect(await command.output('diff', 'full', 'summary')).toContain('The event logs are identical.');
    expect(await command.output('diff', 'part', 'summary')).toContain('The event logs differ; where is not known');
    expect(await command.json('diff', 'full', 'summary')).toMatchObject({ identical_events: true, first_difference: null });
  });
});

it.each([
  ['', '--id needs a name'],
  ['-x', '--id -x: a name that begins with - would be taken for an option'],
])('the id %j is refused', async (id, message) => {
  const { code, stderr } = await simcash(['run', 'none.yaml', '--save', `--id=${id}`], { cwd });
  expect([code, stderr]).toEqual([2, `error: ${message}\n`]);
});
