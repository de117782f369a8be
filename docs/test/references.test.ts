import { existsSync } from 'node:fs';
import path from 'node:path';
import { expect, it } from 'vitest';
import { filesOf, lineAt, ROOT, textOf } from './support/working-tree.js';

/** Whoever follows a reference arrives: those to sections of the specification, in code and pages, and the links of pages. */
const withoutCode = (page: string): string => page.replace(/^ *(`{3,})[^]*?^ *\1/gm, (block) => block.replace(/[^\n]/g, ' '));

/** Numbers of headings and, as `14.11`, of the points of a list below heading 14; by number of the chapter. */
const sections = new Map<string, Set<string>>();
for (const chapter of filesOf(/^\d\d-.*\.md$/, 'docs/spec')) {
  const numbers = new Set<string>();
  let heading = '';
  for (const line of withoutCode(textOf(chapter)).split('\n')) {
    heading = /^#+ (\d+(?:\.\d+)*)/.exec(line)?.[1] ?? heading;
    const point = /^(\d+)\. /.exec(line)?.[1];
    numbers.add(point === undefined ? heading : `${heading}.${point}`);
  }
  sections.set(path.basename(chapter).slice(0, 2), numbers);
}

/** `spec 12 §8.3, §14.11`, also with a link around chapter and section. */
const REFERENCE = /\bspec (\d\d)((?:,? (?:and )?§ ?\d+(?:\.\d+)*(?:[–-]\d+(?:\.\d+)*)?)+)/g;

it('every section of the specification that code or a page names is there', () => {
  const missing: string[] = [];
  let found = 0;
  for (const file of filesOf(/\.(ts|tsx|mjs|py|md|json|yaml|sql)$/)) {
    const text = textOf(file);
    for (const { 0: reference, 1: chapter, 2: numbers, index } of text.matchAll(REFERENCE))
      for (const [number] of numbers!.matchAll(/\d+(?:\.\d+)*/g)) {
        found++;
        if (!sections.get(chapter!)?.has(number)) missing.push(`${file}:${lineAt(text, index)} ${reference} (${number})`);
      }
  }
  expect(missing).toEqual([]);
  expect(found).toBeGreaterThan(500);
});

/** What GitHub makes of a heading. */
const anchorOf = (heading: string): string =>
  heading
    .replace(/\]\([^)]*\)/g, '')
    .trim()
    .toLowerCase()
    .replace(/[^\p{L}\p{N}\s_-]/gu, '')
    .replace(/\s/g, '-');

const anchorsOf = (page: string): Set<string> => {
  const seen = new Map<string, number>();
  return new Set(
    [...withoutCode(textOf(page)).matchAll(/^#+ (.*)$/gm)].map(([, heading]) => {
      const anchor = anchorOf(heading!);
      const before = seen.get(anchor) ?? 0;
      seen.set(anchor, before + 1);
      return before === 0 ? anchor : `${anchor}-${before}`;
    }),
  );
};

it('every link of a page leads to a file that is there, and to a heading of it', () => {
  const broken: string[] = [];
  for (const page of filesOf(/\.md$/)) {
    const text = withoutCode(textOf(page)).replace(/`[^`\n]*`/g, (code) => ' '.repeat(code.length));
    for (const { 1: inline, 2: defined, index } of text.matchAll(/\]\(<?([^)>\s]+)>?[^)]*\)|^\[[^\]]+\]:\s*(\S+)/gm)) {
      const link = decodeURIComponent(inline ?? defined!);
      if (/^[a-z]+:/i.test(link)) continue;
      const [file, anchor] = link.split('#') as [string, string?];
      const target = file === '' ? page : path.posix.join(path.posix.dirname(page), file);
      const isThere = existsSync(path.join(ROOT, target)) && (anchor === undefined || anchorsOf(target).has(anchor));
      if (!isThere) broken.push(`${page}:${lineAt(text, index)} ${link}`);
    }
  }
  expect(broken).toEqual([]);
});
