import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { siteLink } from '../.vitepress/links.mjs';
import { contents, pagesIn, placeOf, sidebar, slugOf } from '../.vitepress/pages.mjs';
import { documented, summary } from '../scripts/documented.mjs';
import { followLinks } from '../scripts/built-links.mjs';

const DOCS = path.resolve(import.meta.dirname, '..');
const read = (page: string): string => readFileSync(path.join(DOCS, page), 'utf8');
const pages = readdirSync(DOCS, { recursive: true, encoding: 'utf8' })
  .map((file) => file.replaceAll(path.sep, '/'))
  .filter((file) => file.endsWith('.md') && !/(^|\/)(node_modules|\.vitepress|api|test|scripts)\//.test(file));

const withoutCode = (markdown: string): string => markdown.replace(/^ *```[^]*?^ *```/gm, '');

/** Anchors of a page's headings, a second one of the same name with a number. */
function anchorsOf(page: string): Set<string> {
  const found = new Set<string>();
  for (const [, heading] of withoutCode(read(page)).matchAll(/^#{1,6} +(.+?) *#*$/gm)) {
    const slug = slugOf(heading!.replace(/\[([^\]]*)\]\([^)]*\)/g, '$1').replace(/[`*\\]/g, ''));
    let anchor = slug;
    for (let n = 1; found.has(anchor); n++) anchor = `${slug}-${n}`;
    found.add(anchor);
  }
  return found;
}

describe('a link to a place within a page', () => {
  it.each(pages)('of %s leads to a heading', (page) => {
    const links = [
      ...withoutCode(read(page))
        .replace(/`[^`\n]*`/g, '')
        .matchAll(/\]\(<?([^)>\s#:]*)#([^)>\s]+)>?\)/g),
    ];
    const lost = links.filter(([, target, anchor]) => {
      const file = target === '' ? page : path.posix.join(path.posix.dirname(page), target!);
      return file.endsWith('.md') && !file.startsWith('..') && !anchorsOf(file).has(decodeURIComponent(anchor!));
    });
    expect(lost.map(([link]) => link)).toEqual([]);
  });
});

describe('the site', () => {
  it('has every guide and every page of the reference in its table of contents', () => {
    const linked = new Set(contents().flatMap(({ rows }) => rows.map(({ target }) => target)));
    const unlisted = ['guide', 'reference'].flatMap((folder) =>
      readdirSync(path.join(DOCS, folder)).map((file) => `${folder}/${file}`),
    );
    expect(unlisted.filter((page) => page.endsWith('.md') && !linked.has(page))).toEqual([]);
  });

  it('has beside its pages what the table of contents says, in its order, and all decisions and rules', () => {
    const [guides, ...others] = sidebar();
    expect(guides!.items.slice(0, 2)).toEqual([
      { text: 'Ten minutes', link: '/guide/tutorial' },
      { text: 'How the model works', link: '/guide/model' },
    ]);
    expect(others.map(({ text }) => text)).toEqual(['Reference', 'Examples', 'Decisions', 'Specification']);
    expect(others.at(-1)!.items).toHaveLength(1 + pagesIn('spec').length);
  });

  it('leads links of the repository to pages, copies of files, the API of a package, or nowhere', () => {
    expect(siteLink('guide/model.md', '../examples/scenarios/README.md#calm')).toBe('../examples/scenarios/index.md#calm');
    expect(siteLink('guide/model.md', '../examples/liquidity-and-lsm.yaml')).toBe('../examples/liquidity-and-lsm.yaml');
    expect(siteLink('guide/model.md', 'https://example.org/README.md')).toBe('https://example.org/README.md');
    expect(siteLink('guide/model.md', '#ticks')).toBe('#ticks');
    expect(siteLink('guide/model.md', '../../packages/engine/src/tick.ts')).toBeNull();
    expect(siteLink('guide/model.md', '../../CONTRIBUTING.md', 'https://example.org/simcash')).toBe(
      'https://example.org/simcash/blob/main/CONTRIBUTING.md',
    );
    expect(placeOf('guide/algorithms/README.md')).toBe('guide/algorithms/index.md');
  });
});

describe('the check of the built site', () => {
  const folder = mkdtempSync(path.join(tmpdir(), 'simcash-site-'));
  afterAll(() => rmSync(folder, { recursive: true }));

  it('names links and anchors that lead nowhere, and brings the files that pages link to', () => {
    const [site, docs] = ['site', 'docs'].map((name) => path.join(folder, name)) as [string, string];
    mkdirSync(path.join(site, 'guide'), { recursive: true });
    mkdirSync(docs);
    writeFileSync(path.join(docs, 'calm.yaml'), 'agents: []\n');
    writeFileSync(
      path.join(site, 'index.html'),
      '<h2 id="one">1</h2> <a href="/guide/">x</a> <a href="#two">x</a> <a class="y" href="/lost">x</a>',
    );
    writeFileSync(
      path.join(site, 'guide/index.html'),
      '<a href="./../index.html#one">x</a> <a href="../calm.yaml">x</a> <a href="mailto:x">x</a>',
    );
    expect(followLinks(site, docs)).toEqual({ broken: ['index.html -> #two', 'index.html -> /lost'], followed: 5, pages: 2 });
    expect(existsSync(path.join(site, 'calm.yaml'))).toBe(true);
  });
});

describe('what the packages export', () => {
  const found = documented();

  it('has words for each exported name', () => {
    expect(found.names.length).toBeGreaterThan(900);
    expect(summary(found.names).missing).toEqual([]);
  });

  it('has words for nine of ten members', () => {
    const { missing, share, total } = summary(found.members);
    expect(total).toBeGreaterThan(2000);
    expect(share, missing.join('\n')).toBeGreaterThanOrEqual(0.9);
  });
});
