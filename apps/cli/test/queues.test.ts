import type { Simulation } from '@simcash/engine';
import type { Profile } from '@simcash/indicators';
import { IndicatorSink, openRun, readSheet, Reexecution, storedIndicators } from '@simcash/runs';
import { beforeAll, describe, expect, it } from 'vitest';
import { simcash } from './support/simcash.js';
import { Asker, asking, directoryWithRuns, reference } from './support/stored-runs.js';

/** `simcash queues`: what waited at the end of a tick of a stored run, in order. */

interface Queued {
  tx_id: string;
  sender_id: string;
  receiver_id: string;
  amount: number;
  deadline_tick: number;
}
interface Queues {
  tick: number;
  own_queues: { bank: string; payments: Queued[] }[];
  central_queue: Queued[];
}

const TICK = 30;
/** An order from outside that nobody could pay. */
const TOO_MUCH = { sender: 'ARDEN', receiver: 'ESHER', amount: 99_999_999, deadline_tick: 35, priority: 5, divisible: false };
const BANKS = ['ARDEN', 'BEXLEY', 'COLNE', 'DUNMOW', 'ESHER', 'FORDHAM'];

let cwd: string;
/** The run after the tick that is looked at, and the profile of the whole run. */
let simulation: Simulation;
let profile: Profile;
beforeAll(async () => {
  const scenario = reference('mixed-five-days');
  cwd = await directoryWithRuns({
    full: { scenario },
    events: { scenario, level: 'EVENTS' },
    summary: { scenario, level: 'SUMMARY' },
    part: { scenario, untilTick: TICK + 1 },
    failed: { scenario: reference('error-divide-by-zero'), fails: true },
    calls: {
      scenario,
      untilTick: TICK + 1,
      onTick: (_, simulation) => {
        if (simulation.currentTick === TICK) simulation.submitTransaction(TOO_MUCH);
      },
    },
  });
  [simulation, profile] = await asking(cwd, async (database) => {
    const run = await openRun(database, 'full');
    const after = new Reexecution(run, new IndicatorSink(run.scenario)).runTo(TICK + 1);
    return [after, readSheet(await storedIndicators(database, run, ['profile'])).profile];
  });
});

const command = new Asker(() => cwd);
const queues = (...args: string[]): Promise<Queues> => command.json<Queues>('queues', ...args);
const waiting = ({ central_queue, own_queues }: Queues): Queued[] => [
  ...own_queues.flatMap(({ payments }) => payments),
  ...central_queue,
];

describe.concurrent('the JSON', () => {
  it('has the queues of the engine in their order, and the payments as it knows them', async () => {
    const { code, stderr, stdout } = await simcash(['queues', 'full', '--tick', String(TICK), '--json'], { cwd });
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    const found = JSON.parse(stdout) as Queues;
    expect(found.central_queue.map(({ tx_id }) => tx_id)).toEqual(simulation.queue2());
    expect(found.own_queues.map(({ bank, payments }) => [bank, payments.map(({ tx_id }) => tx_id)])).toEqual(
      BANKS.map((bank) => [bank, simulation.queue1(bank)]),
    );
    expect(waiting(found).length).toBeGreaterThan(10);
    for (const payment of waiting(found)) expect(simulation.transaction(payment.tx_id)).toMatchObject(payment);
  });

  it('is the same whatever was stored, and of a run that was stopped there', async () => {
    const [full, ...others] = await Promise.all(
      ['full', 'events', 'summary', 'part'].map((id) => queues(id, '--tick', String(TICK))),
    );
    for (const other of others) expect(other).toEqual(full);
  });

  it('is about the last tick of the run unless another is named', async () => {
    const [full, failed, part, named] = await Promise.all([
      ...[queues('full'), queues('failed'), queues('part'), queues('part', '--tick', String(TICK))],
    ]);
    expect([full!.tick, failed!.tick]).toEqual([59, 4]);
    expect(part).toEqual(named);
  });

  it('has what orders from outside brought in before the tick', async () => {
    const [without, withOrder] = await Promise.all([queues('part'), queues('calls')]);
    const orders = (found: Queues): Queued[] => waiting(found).filter(({ amount }) => amount === TOO_MUCH.amount);
    expect(orders(without)).toEqual([]);
    expect(orders(withOrder)).toMatchObject([{ sender_id: 'ARDEN', receiver_id: 'ESHER', deadline_tick: 35 }]);
  });

  it('adds up to what the sheet of the run has for that tick', async () => {
    const found = await queues('full', '--tick', String(TICK));
    const value = (payments: readonly Queued[]): number => payments.reduce((sum, { amount }) => sum + amount, 0);
    const own = found.own_queues.flatMap(({ payments }) => payments);
    expect([own.length, value(own)]).toEqual([profile.queue1_length[TICK], profile.queue1_value[TICK]]);
    expect([found.central_queue.length, value(found.central_queue)]).toEqual([
      ...[profile.queue2_length[TICK], profile.queue2_value[TICK]],
    ]);
  });
});

describe.concurrent('payments of one bank', () => {
  it('are those that it sends, in both kinds of queues', async () => {
    const [all, own] = await Promise.all([
      queues('full', '--tick', String(TICK)),
      queues('full', '--tick', String(TICK), '--bank', 'DUNMOW'),
    ]);
    expect(own.own_queues.map(({ bank }) => bank)).toEqual(['DUNMOW']);
    expect(waiting(own)).toEqual(waiting(all).filter(({ sender_id }) => sender_id === 'DUNMOW'));
    expect(own.central_queue.length * own.own_queues[0]!.payments.length).toBeGreaterThan(0);
  });
});

describe.concurrent('the text', () => {
  it('counts the payments of every bank, lists them, and says which are late', async () => {
    const [text, found] = await Promise.all([
      command.output('queues', 'full', '--tick', String(TICK)),
      queues('full', '--tick', String(TICK)),
    ]);
    expect(text).toMatch(/^End of tick 30\n\nBank +Own queue/);
    for (const { bank, payments } of found.own_queues) expect(text).toMatch(new RegExp(`^${bank} +${payments.length} `, 'm'));
    for (const { deadline_tick, tx_id } of waiting(found)) {
      const [line] = text.match(new RegExp(`^ +\\d+ +${tx_id} .*$`, 'm'))!;
      expect(line.endsWith(deadline_tick < TICK ? `${deadline_tick}, late` : ` ${deadline_tick}`)).toBe(true);
    }
  });
});

describe.concurrent('queues are refused', () => {
  it.each<[line: string, code: number, message: string]>([
    ['queues nobody', 4, 'simulation nobody not found in simcash.duckdb'],
    ['queues full --tick 60', 2, '--tick: tick 60 lies outside the run, its ticks are 0 to 59'],
    ['queues part --tick 31', 2, '--tick: tick 31 lies outside the run, its ticks are 0 to 30'],
    ['queues failed --tick 5', 2, '--tick: tick 5 lies outside the run, its ticks are 0 to 4'],
    ['queues full --tick -1', 2, "--tick needs a whole number of at least 0, got '-1'"],
    ['queues full --bank NOBODY', 2, "unknown bank 'NOBODY'"],
    ['queues full --csv', 2, "unknown option '--csv'"],
    ['queues full events', 2, "too many arguments for 'queues'"],
    ['queues', 2, "missing required argument 'id'"],
    ['queues full --db none.duckdb', 5, 'database none.duckdb does not exist'],
  ])('%s', (line, code, message) => command.refuses(line, code, message));
});
