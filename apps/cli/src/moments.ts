import type { EngineConfig } from '@simcash/engine';
import { Calendar, tickOfClockTime } from '@simcash/payments/schema';
import { usageError } from './exit-codes.js';
import type { Moment } from './moment-option.js';

/** A run or a scenario file; that of a stored run is read when its configuration is asked for, which a number does not need. */
export interface Configured {
  readonly scenario: { readonly config: EngineConfig };
}

/** The tick of a moment in a run. @throws CommandError for a time that is none, or without a clock */
export function tickOf(run: Configured, moment: Moment, flag: string): number {
  if (typeof moment === 'number') return moment;
  const { clock, num_days, ticks_per_day } = run.scenario.config;
  if (clock === undefined) throw usageError(`${flag} ${moment}: the scenario has no clock, so only ticks can be named`);
  try {
    return tickOfClockTime(new Calendar(clock, num_days, ticks_per_day), moment);
  } catch (error) {
    if (error instanceof RangeError) throw usageError(`${flag} ${error.message}`);
    throw error;
  }
}

/** The first tick that is not run. @throws CommandError for one before the second tick, or after the end */
export function untilTickOf(moment: Moment, run: Configured): number {
  const tick = tickOf(run, moment, '--until-tick');
  const { num_days, ticks_per_day } = run.scenario.config;
  const ticks = num_days * ticks_per_day;
  if (tick < 1) throw usageError(`--until-tick ${moment} is the beginning: nothing would be run`);
  if (tick > ticks) throw usageError(`--until-tick ${moment} lies after the end: the run has ${ticks} ticks`);
  return tick;
}

/** Options in which moments have become ticks. */
export function withTicks<K extends string, T extends { readonly [Key in K]?: Moment }>(
  options: T,
  flags: Readonly<Record<K, string>>,
  run: Configured,
): Omit<T, K> & { [Key in K]?: number } {
  const ticks = (Object.keys(flags) as K[]).flatMap((key) => {
    const moment: Moment | undefined = options[key];
    return moment === undefined ? [] : [[key, tickOf(run, moment, flags[key])] as const];
  });
  return { ...options, ...(Object.fromEntries(ticks) as { [Key in K]?: number }) };
}
