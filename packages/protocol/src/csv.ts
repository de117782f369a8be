import { visible } from './visible.js';

/** A row as a line of CSV (RFC 4180). A text that a spreadsheet would take for a formula gets an apostrophe before it. */
export const csvLine = (row: readonly (string | number | null)[]): string => `${row.map(field).join(',')}\n`;

/** Rows as CSV, after a line with the names of their columns. */
export const csv = (head: readonly string[], rows: readonly (readonly (string | number | null)[])[]): string =>
  [head, ...rows].map(csvLine).join('');

function field(value: string | number | null): string {
  if (typeof value === 'number') return String(value);
  const shown = visible(value ?? '');
  const text = /^\s*[=+@\-＝＋＠－]/u.test(shown) && !/^-?[\d.]+$/.test(shown) ? `'${shown}` : shown;
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
