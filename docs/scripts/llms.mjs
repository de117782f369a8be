import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { contents, pagesIn, read, titleOf } from '../.vitepress/pages.mjs';

/**
 * The site for readers that are programs: every page as the Markdown it was written in, a list of them (`llms.txt`, llmstxt.org), and
 * the guides, the reference and the pages of the examples in one text (`llms-full.txt`).
 */
export function writeTexts(site, about) {
  const sections = contents().map(({ rows, title }) => ({ title, rows: rows.filter(({ target }) => target.endsWith('.md')) }));
  const optional = ['guide/algorithms', 'api', 'decisions', 'spec']
    .flatMap(pagesIn)
    .map(({ target, text }) => ({ target, text }));
  const list = [...sections, { title: 'Optional', rows: optional }].map(
    ({ rows, title }) => `## ${title}\n\n${rows.map(line).join('\n')}\n`,
  );
  writeFileSync(path.join(site, 'llms.txt'), `# SimCash\n\n> ${about}\n\n${list.join('\n')}`);

  const named = sections.flatMap(({ rows }) => rows.map(({ target }) => target));
  const full = named.map((page) => `<!-- ${page} -->\n\n${read(page).trim()}\n`);
  writeFileSync(path.join(site, 'llms-full.txt'), `# SimCash\n\n> ${about}\n\n${full.join('\n')}`);

  for (const page of [...named, ...optional.map(({ target }) => target)]) {
    mkdirSync(path.dirname(path.join(site, page)), { recursive: true });
    writeFileSync(path.join(site, page), read(page));
  }
}

const line = ({ about, target, text }) => `- [${text ?? titleOf(target)}](${target})${about ? `: ${about}` : ''}`;
