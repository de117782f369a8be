import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { coverage, NOT_FOUND, PAGE } from '../scripts/verify-coverage.mjs';

describe('what `db verify` finds', () => {
  it('is every changed value of a column, but those on the short list', async () => {
    // All columns take minutes; `npm run docs:pages` goes through them, and another eighth is taken here whenever one is added.
    const missed = (await coverage({ every: 8 })).filter(({ found }) => found === false);
    for (const { column, table } of missed) expect(NOT_FOUND).toHaveProperty([`${table}.${column}`]);
  });

  it('is told by a page that knows the short list', () => {
    const page = readFileSync(PAGE, 'utf8');
    for (const column of Object.keys(NOT_FOUND)) expect(page).toContain(`\`${column}\``);
    expect(page).toMatch(/\d+ of \d+ changes are found/);
  });
});
