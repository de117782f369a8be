import { nearest } from '@simcash/protocol';
import { z } from 'zod';
import { parseIsoDate } from './dates.js';
import { DISAMBIGUATIONS } from './zone.js';

export const WEEKDAYS = ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'] as const;

const isoDate = z.string({ error: 'expected a date, as 2024-03-27' }).refine((text) => parseIsoDate(text) !== null, {
  error: ({ input }) => `no such date: ${String(input)} (expected as 2024-03-27)`,
});

/** Wall time on a business date, in minutes from its midnight: `07:00`, `24:00`, `25:30`, `-1 18:45`. */
export function minutesOf(text: string): number | null {
  const match = /^(-1 )?(\d{2}):([0-5]\d)$/.exec(text);
  if (!match) return null;
  const hours = Number(match[2]);
  if (match[1] === undefined) return hours <= 47 ? hours * 60 + Number(match[3]) : null;
  return hours <= 23 ? (hours - 24) * 60 + Number(match[3]) : null;
}

const wallTime = z
  .string({ error: 'expected a time in quotes, as "07:00" (YAML reads 10:30 as a number)' })
  .refine((text) => minutesOf(text) !== null, {
    error: ({ input }) => `no time of day: ${String(input)} (expected as "07:00", up to "47:59", or "-1 18:45")`,
  });

const tick = z.string({ error: 'expected a length, as 5m' }).refine((text) => tickSeconds(text) !== null, {
  error: ({ input }) => `no length of a tick: ${String(input)} (expected as 30s, 5m, 1h)`,
});

/** Seconds of `30s`, `5m`, `1h`. */
export function tickSeconds(text: string): number | null {
  const match = /^([1-9]\d{0,6})([smh])$/.exec(text);
  return match && Number(match[1]) * { s: 1, m: 60, h: 3600 }[match[2] as 's' | 'm' | 'h'];
}

const zoneName = z.string({ error: 'expected the name of a time zone, as Europe/Berlin' }).refine(isZone, {
  error: ({ input }) => {
    const meant = nearest(String(input), Intl.supportedValuesOf('timeZone'));
    const hint = meant === undefined ? 'expected an IANA name, as Europe/Berlin' : `did you mean ${meant}?`;
    return `unknown time zone: ${String(input)} (${hint})`;
  },
});

function isZone(name: string): boolean {
  if (/^[+-]/.test(name)) return false;
  try {
    Intl.DateTimeFormat('en-US', { timeZone: name });
    return true;
  } catch {
    return false;
  }
}

const hours = z.strictObject({
  opening: wallTime.optional().describe('When the system opens on that day, as "07:00".'),
  closing: wallTime.optional().describe('When it closes on that day, as "18:00".'),
});

/** The key `clock` of a scenario (spec 13 §2.1). */
export const clockSchema = z
  .strictObject({
    time_zone: zoneName.describe('Time zone of all local times, by its IANA name: Europe/Berlin.'),
    tick: tick.describe('Length of a tick: 30s, 5m, 1h.'),
    opening: wallTime.describe('When the system opens, in local time: "07:00"; "-1 18:45" is on the evening before.'),
    closing: wallTime.describe('When the system closes, in local time: "18:00"; "25:30" is in the night after.'),
    first_day: isoDate.describe('Business date of day 0: 2024-03-27.'),
    weekdays: z
      .array(z.enum(WEEKDAYS))
      .default(['mon', 'tue', 'wed', 'thu', 'fri'])
      .describe('Days of the week on which the system is open.'),
    holidays: z.array(isoDate).default([]).describe('Dates on which it is closed.'),
    exceptions: z
      .record(isoDate, z.union([z.enum(['open', 'closed']), hours]))
      .default({})
      .describe('What holds on single dates instead: open, closed, or hours of their own.'),
    disambiguation: z
      .enum(DISAMBIGUATIONS)
      .default('reject')
      .describe('What becomes of local times that a change of the clock skips or repeats.'),
  })
  .meta({ id: 'ClockDocument', description: 'Business days and opening hours.' });

/** The key `clock` with its defaults. */
export type ClockConfig = z.infer<typeof clockSchema>;
