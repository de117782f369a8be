import { beforeAll, describe, expect, it } from 'vitest';
import { clockDirectory } from './support/clocks.js';
import { output, simcash } from './support/simcash.js';

/** Wherever the command takes a tick, it takes a time of the clock where the scenario has one (spec 13 §2.6). */

const cwd = clockDirectory();

beforeAll(async () => {
  for (const name of ['one', 'without']) await output(['run', `${name}.yaml`, '-q', '--save', '--id', name], { cwd });
});

/** What a run says of its length. */
async function ticksOf(file: string, until: string): Promise<number> {
  const { simulation } = JSON.parse(await output(['run', file, '--until-tick', until, '-q', '--json'], { cwd })) as {
    simulation: { ticks_executed: number };
  };
  return simulation.ticks_executed;
}

describe.concurrent('a time of the clock', () => {
  it.each([
    [['events', 'one', '--from', '12:30'], ['11']],
    [['events', 'one', '--to', '12:30'], ['11']],
    [
      ['events', 'one', '--from', '08:30', '--to', '12:59'],
      ['3', '11'],
    ],
    [
      ['replay', 'one', '--jsonl', 'ticks', '--from', '12:00', '--to', '12:30'],
      ['10', '11'],
    ],
    [['queues', 'one', '--json', '--tick', '13:00'], ['12']],
    [['explain', 'one', 'T00000003', '--json', '--tick', '14:29'], ['14']],
    [['policy', 'explain', 'one', '--json', '--tick', '8:30'], ['3']],
    [['policy', 'explain', 'one.yaml', '--json', '--tick', '13:00'], ['12']],
  ])('in %j means the tick in which it lies', async (args, ticks) => {
    const left = [...ticks];
    const named = args.map((arg) => (/^\d+:\d\d$/.test(arg) ? left.shift()! : arg));
    expect(left).toEqual([]);
    const [byTime, byTick] = await Promise.all([output(args, { cwd }), output(named, { cwd })]);
    expect(byTime).toBe(byTick);
    expect(byTime.length).toBeGreaterThan(10);
  });

  it.each([
    ['12:00..13:00', '10..12'],
    ['12:30..', '11..'],
    ['..08:30', '..3'],
    ['08:59', '3'],
    ['3..12:30', '3..11'],
  ])('in --ticks %s means %s, in a run and in a stored one', async (times, ticks) => {
    const expected = await output(['events', 'one', '--ticks', ticks], { cwd });
    expect(expected).not.toBe('');
    for (const args of [
      ['events', 'one'],
      ['replay', 'one', '--jsonl', 'events'],
      ['run', 'one.yaml', '-q', '--jsonl', 'events'],
    ])
      expect(await output([...args, '--ticks', times], { cwd }), args[0]).toBe(expected);
  });

  it.each([
    [
      ['--outage', 'A'],
      ['08:00', '12:30'],
      ['2', '11'],
    ],
    [['--system-outage'], ['12:30', '18:00'], ['11', '22']],
  ])('bounds the stress of %j', async (what, times, ticks) => {
    const stress = async ([from, until]: string[]): Promise<unknown> => {
      const text = await output(['stress', 'one.yaml', ...what, '--from', from!, '--until', until!, '-q', '--json'], { cwd });
      const { cases } = JSON.parse(text) as { cases: { events: unknown }[] };
      return cases.map(({ events: _, ...rest }) => rest);
    };
    expect(await stress(times)).toEqual(await stress(ticks));
    expect(await stress(times)).not.toEqual(await stress(['20', '21']));
  });

  it('ends a run before the tick that it names, and at the closing time after the last', async () => {
    expect(await ticksOf('one.yaml', '08:30')).toBe(3);
    expect(await ticksOf('one.yaml', '08:59')).toBe(3);
    expect(await ticksOf('one.yaml', '18:00')).toBe(22);
  });

  it('ends replications there, too', async () => {
    const figures = (until: string): Promise<string> =>
      output(['run', 'one.yaml', '--seeds', '1,2', '--until-tick', until, '-q', '--json'], { cwd });
    expect(await figures('12:30')).toBe(await figures('11'));
    expect(await figures('12:30')).not.toBe(await figures('22'));
  });

  it('names its day, by number or date, in a run of several days', async () => {
    expect(await ticksOf('two.yaml', '08:00@0')).toBe(2);
    expect(await ticksOf('two.yaml', '08:00@1')).toBe(24);
    expect(await ticksOf('two.yaml', '08:00@2024-03-28')).toBe(24);
    expect(await ticksOf('two.yaml', '18:00@2024-03-27')).toBe(22);
  });

  it('counts hours as they pass where the clocks change', async () => {
    expect(await ticksOf('spring.yaml', '01:30')).toBe(3);
    expect(await ticksOf('spring.yaml', '03:00')).toBe(4);
    expect(await ticksOf('autumn.yaml', '03:00')).toBe(8);
  });

  it('is the beginning of a change in percent', async () => {
    await output(['stress', 'one.yaml', '--shock', 'A', '--cap=-50%', '--from', '12:30', '-q'], { cwd });
  });

  it('cannot end a run before its first tick, as 0 cannot', async () => {
    expect((await simcash(['run', 'one.yaml', '--until-tick', '0', '-q'], { cwd })).code).toBe(2);
    expect((await simcash(['run', 'one.yaml', '--until-tick', '07:00', '-q'], { cwd })).code).toBe(2);
  });
});
