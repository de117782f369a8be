import { clockTime } from '../text/format.js';
import type { TimeFrame } from '../figures.js';

/** Round numbers from 0, or from below it, to the largest value: 1, 2 or 5 times a power of ten apart (spec 16 R1606). */
export function roundTicks(low: number, high: number, wanted = 5): number[] {
  const [from, to] = [Math.min(low, 0), Math.max(high, 0)];
  if (from === to) return [0, 1];
  const step = roundStep((to - from) / wanted);
  const first = Math.floor(from / step + 1e-9);
  const last = Math.ceil(to / step - 1e-9);
  return Array.from({ length: last - first + 1 }, (_, i) => (first + i) * step);
}

function roundStep(least: number): number {
  const power = 10 ** Math.floor(Math.log10(least));
  return [1, 2, 5, 10].map((x) => x * power).find((step) => step >= least * (1 - 1e-9))!;
}

/** A mark on the axis of time. */
export interface TimeTick {
  /** Ticks are counted from 0 over all days. */
  readonly tick: number;
  /** What is written there. */
  readonly text: string;
  /** Whether a day begins there. */
  readonly isDay: boolean;
}

const MINUTES = [1, 2, 5, 10, 15, 30, 60, 120, 180, 360, 720];
const COUNTS = [1, 2, 5];

/** Where the time axis is labelled: round times, round ticks, or days; at most one label for `room` ticks (spec 16 R1608). */
export function timeTicks(ticks: number, time: TimeFrame, most: number): TimeTick[] {
  const { days, ticksPerDay } = time;
  if (days > 1 && (days > most || ticksPerDay * most < ticks * 2)) return dayTicks(ticks, time, most);
  const perDay = Math.max(1, Math.floor(most / Math.max(days, 1)));
  const marks: TimeTick[] = [];
  const step = stepOf(ticksPerDay, time, perDay);
  for (let tick = 0; tick < ticks; tick++) {
    const ofDay = tick % ticksPerDay;
    const isDay = ofDay === 0 && days > 1;
    if (isDay) marks.push({ tick, text: `day ${tick / ticksPerDay}`, isDay });
    else if (step(ofDay) && !(days > 1 && ofDay === 0))
      marks.push({ tick, text: clockTime(ofDay, time, Math.floor(tick / ticksPerDay)) ?? String(ofDay), isDay: false });
  }
  return marks;
}

function stepOf(ticksPerDay: number, { startMinutes, tickSeconds }: TimeFrame, most: number): (ofDay: number) => boolean {
  if (startMinutes !== null && tickSeconds !== null) {
    const minutes = MINUTES.find((length) => (ticksPerDay * tickSeconds) / 60 / length <= most) ?? 1440;
    return (ofDay) => (startMinutes * 60 + ofDay * tickSeconds) % (minutes * 60) === 0;
  }
  for (let power = 1; ; power *= 10)
    for (const count of COUNTS) if (ticksPerDay / (count * power) <= most) return (ofDay) => ofDay % (count * power) === 0;
}

function dayTicks(ticks: number, { days, ticksPerDay }: TimeFrame, most: number): TimeTick[] {
  let step = 1;
  for (let power = 1; days / step > most; power *= 10)
    step = COUNTS.map((count) => count * power).find((one) => days / one <= most) ?? step;
  return Array.from({ length: Math.ceil(ticks / ticksPerDay / step) }, (_, i) => ({
    tick: i * step * ticksPerDay,
    text: `day ${i * step}`,
    isDay: true,
  }));
}
