import { readFileSync, readdirSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { apiReport, folders, REPORTS } from '../scripts/exports-report.mjs';

/** A change of what a package exports is seen in review: `npm run exports` writes it into docs/exports. */
describe('the report of what a package exports is that of the package as it was built', () => {
  it.each(folders())('%s', (folder) => {
    expect(readFileSync(path.join(REPORTS, `${folder}.md`), 'utf8')).toBe(apiReport(folder));
  });

  it('and there are no others', () => {
    expect(readdirSync(REPORTS).sort()).toEqual(folders().map((folder) => `${folder}.md`));
  });
});
