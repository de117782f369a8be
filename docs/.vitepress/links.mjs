import { existsSync, statSync } from 'node:fs';
import path from 'node:path';
import { DOCS, placeOf } from './pages.mjs';

const ROOT = path.dirname(DOCS);

/**
 * Where a relative link of a page leads in the site. Pages lead to pages, other files of the docs to copies of themselves, a package's
 * README to its API page. Null: to a file of the repository that the site does not have.
 */
export function siteLink(page, href, repository) {
  const [, target, rest] = /^([^#?]*)(.*)$/.exec(href);
  if (target === '' || /^([a-z][a-z+.-]*:|\/)/i.test(href)) return href;
  const file = path.resolve(DOCS, path.dirname(page), decodeURIComponent(target));
  const inDocs = path.relative(DOCS, file).replaceAll(path.sep, '/');
  if (!inDocs.startsWith('..')) {
    if (/^(test|scripts)\/|\.html$/.test(inDocs)) return elsewhere(file, repository);
    if (inDocs.endsWith('.md') || !existsSync(file) || !statSync(file).isDirectory()) return placeOf(target) + rest;
    return existsSync(path.join(file, 'README.md'))
      ? `${target.replace(/\/?$/, '/')}index.md${rest}`
      : elsewhere(file, repository);
  }
  const owner = /^packages\/([\w-]+)\/README\.md$/.exec(path.relative(ROOT, file).replaceAll(path.sep, '/'));
  const api =
    owner &&
    [`api/@simcash/${owner[1]}.md`, `api/@simcash/${owner[1]}/index.md`].find((place) =>
      existsSync(path.join(DOCS, place.replace('index.md', 'README.md'))),
    );
  return api ? path.posix.relative(path.posix.dirname(page), api) : elsewhere(file, repository);
}

function elsewhere(file, repository) {
  return repository === undefined ? null : `${repository}/blob/main/${path.relative(ROOT, file).replaceAll(path.sep, '/')}`;
}

/** A plug-in of markdown-it: leads links as above, and leaves the words alone of those that lead nowhere. */
export function repositoryLinks(markdown, repository) {
  markdown.core.ruler.push('repository-links', ({ env, tokens }) => {
    for (const { children } of tokens) {
      let dropped = 0;
      for (const token of children ?? []) {
        if (token.type === 'link_open') {
          const link = siteLink(env.relativePath ?? '', token.attrGet('href'), repository);
          if (link !== null) token.attrSet('href', link);
          else dropped = 1;
          if (link === null) Object.assign(token, { type: 'text', tag: '', nesting: 0, content: '', attrs: null });
        } else if (token.type === 'link_close' && dropped === 1) {
          Object.assign(token, { type: 'text', tag: '', nesting: 0, content: '' });
          dropped = 0;
        }
      }
    }
  });
}
