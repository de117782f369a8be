import type { z } from 'zod';
import { Calendar, CalendarError } from './clock/calendar.js';
import { clockSchema } from './clock/schema.js';
import { PaymentsError, type Path } from './issues.js';

/** A value of a document as a schema reads it: whole numbers are bigints where a scenario is a file. @throws PaymentsError */
export function parsed<T>(schema: z.ZodType<T>, value: unknown, path: Path): T {
  const result = schema.safeParse(plain(value));
  if (result.success) return result.data;
  throw new PaymentsError(
    result.error.issues.map((issue) => ({ path: [...path, ...(issue.path as Path)], message: issue.message })),
  );
}

const plain = (value: unknown): unknown =>
  JSON.parse(JSON.stringify(value ?? null, (_, member: unknown) => (typeof member === 'bigint' ? Number(member) : member)));

/** The business days of a run; null without a clock. @throws PaymentsError */
export function calendarOf(clock: unknown, numDays: number, ticksPerDay: unknown): Calendar | null {
  if (clock === undefined) return null;
  try {
    return new Calendar(
      parsed(clockSchema, clock, ['clock']),
      numDays,
      ticksPerDay === undefined ? undefined : Number(ticksPerDay),
    );
  } catch (error) {
    if (error instanceof CalendarError) throw new PaymentsError([{ path: ['clock'], message: error.message }]);
    throw error;
  }
}
