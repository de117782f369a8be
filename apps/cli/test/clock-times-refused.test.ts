import { beforeAll, describe, expect, it } from 'vitest';
import { clockDirectory } from './support/clocks.js';
import { output, simcash } from './support/simcash.js';

/** Times of the clock that no tick has are refused, with the option and the reason (spec 13 §2.6). */

const cwd = clockDirectory();

beforeAll(async () => {
  for (const name of ['one', 'without']) await output(['run', `${name}.yaml`, '-q', '--save', '--id', name], { cwd });
});

describe.concurrent('a time that is none', () => {
  it.each([
    [['queues', 'one', '--tick', '25:99'], /--tick 25:99: no time of day/],
    [['queues', 'one', '--tick', '06:59'], /--tick 06:59 is outside the hours of 2024-03-27: 07:00 to 18:00/],
    [['queues', 'one', '--tick', '18:01'], /--tick 18:01 is outside the hours/],
    [['queues', 'one', '--tick', '18:00'], /--tick: tick 22 lies outside the run/],
    [['queues', 'one', '--tick', '12:00@1'], /--tick 12:00@1: 1 is no day of the run/],
    [['queues', 'one', '--tick', '12:00@2024-03-28'], /2024-03-28 is no day of the run/],
    [['queues', 'one', '--tick', '12:00@'], /12:00@/],
    [['queues', 'one', '--tick', 'noon'], /--tick needs a whole number/],
    [['queues', 'without', '--tick', '12:00'], /--tick 12:00: the scenario has no clock/],
    [['explain', 'one', 'T00000003', '--tick', '19:00'], /--tick 19:00 is outside the hours/],
    [['policy', 'explain', 'one', '--tick', '19:00'], /--tick 19:00 is outside the hours/],
    [['policy', 'explain', 'without.yaml', '--tick', '12:00'], /the scenario has no clock/],
    [['events', 'one', '--from', '19:00'], /--from 19:00 is outside the hours/],
    [['events', 'one', '--from', '13:00', '--to', '12:00'], /--to 10 must lie between 12 and 21/],
    [['replay', 'without', '--to', '12:00'], /--to 12:00: the scenario has no clock/],
    [['events', 'one', '--ticks', '13:00..12:00'], /--ticks: the range ends before it begins/],
    [['events', 'one', '--ticks', '12:00..25:00'], /--ticks 25:00/],
    [['events', 'without', '--ticks', '12:00'], /--ticks 12:00: the scenario has no clock/],
    [['run', 'one.yaml', '--until-tick', '19:00'], /--until-tick 19:00 is outside the hours/],
    [['run', 'without.yaml', '--until-tick', '12:00'], /--until-tick 12:00: the scenario has no clock/],
    [['run', 'one.yaml', '--until-tick', '19:00', '--replications', '2'], /--until-tick 19:00 is outside the hours/],
    [['run', 'two.yaml', '--until-tick', '12:00'], /12:00: the run has 2 days; name one, as 12:00@0 or 12:00@2024-03-27/],
    [['run', 'spring.yaml', '--until-tick', '02:30'], /02:30: the change of the clock skips it/],
    [['run', 'autumn.yaml', '--until-tick', '02:30'], /02:30: the change of the clock repeats it/],
  ])('in %j is refused', async (args, message) => {
    const { code, stderr, stdout } = await simcash(args, { cwd });
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr).toMatch(message);
    expect(stderr.match(/^error: /gm)).toHaveLength(1);
  });

  it.each([
    [['--from', '06:00'], /06:00 is outside the hours/],
    [['--from', '12:00', '--until', '19:00'], /19:00 is outside the hours/],
    [['--from', '12:00@3'], /3 is no day of the run/],
  ])('in stress %j is refused', async (args, message) => {
    const { code, stderr, stdout } = await simcash(['stress', 'one.yaml', '--outage', 'A', ...args], { cwd });
    expect({ code, stdout }).toEqual({ code: 3, stdout: '' });
    expect(stderr).toMatch(message);
  });
});
