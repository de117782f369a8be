import { visible } from './visible.js';

/** Rows as CSV (RFC 4180). A text that a spreadsheet would take for a formula gets an apostrophe before it. */
export function csv(head: readonly string[], rows: readonly (readonly (string | number | null)[])[]): string {
  const field = (value: string | number | null): string => {
    if (typeof value === 'number') return String(value);
    const shown = visible(value ?? '');
    const text = /^\s*[=+@\-＝＋＠－]/u.test(shown) && !/^-?[\d.]+$/.test(shown) ? `'${shown}` : shown;
    return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
  };
  return [head, ...rows].map((row) => `${row.map(field).join(',')}\n`).join('');
}
