import { byCodePoint } from './code-point-order.js';

/** Compact JSON with object keys in ascending order at every level; bigints as plain digits (spec 09 §1). */
export function canonicalJson(value: unknown): string {
  return write(value, (members) => members.sort(([a], [b]) => byCodePoint(a, b)));
}

/** Compact JSON with keys in the order in which they are; bigints as plain digits. */
export function exactJson(value: unknown): string {
  return write(value, (members) => members);
}

function write(value: unknown, ordered: (members: [string, unknown][]) => [string, unknown][]): string {
  if (typeof value === 'bigint') return String(value);
  if (Array.isArray(value)) return `[${value.map((element) => write(element, ordered)).join(',')}]`;
  if (typeof value !== 'object' || value === null) return JSON.stringify(value ?? null);
  const members = Object.entries(value).filter(([, member]) => member !== undefined);
  return `{${ordered(members)
    .map(([key, member]) => `${JSON.stringify(key)}:${write(member, ordered)}`)
    .join(',')}}`;
}
