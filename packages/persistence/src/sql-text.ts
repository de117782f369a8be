/** A text as an SQL literal. */
export function literal(text: string): string {
  return `'${text.replaceAll("'", "''")}'`;
}

/** The database's clock in UTC, whatever zone the process lives in; a cast of `now()` would give local time. */
export const UTC_NOW = 'make_timestamp(epoch_us(now()))';
