import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

/** The pages of the site and what they are called, from the files as they stand: `docs/README.md` is the table of contents. */
export const DOCS = fileURLToPath(new URL('..', import.meta.url)).replace(/[\\/]$/, '');

export const read = (page) => readFileSync(path.join(DOCS, page), 'utf8');

/** Where a page of the repository stands in the site: a folder's README is the folder's page. */
export const placeOf = (page) => page.replace(/(^|\/)README\.md$/, '$1index.md');

/** The anchor of a heading, as code hosts make it. */
export const slugOf = (heading) =>
  heading
    .trim()
    .toLowerCase()
    .replace(/[^\p{L}\p{M}\p{N}\p{Pc}\- ]/gu, '')
    .replaceAll(' ', '-');

/** What a page calls itself: its first heading. */
export const titleOf = (page) =>
  (/^# (.+)$/m.exec(read(page))?.[1] ?? path.basename(page, '.md')).replaceAll('`', '').replaceAll('\\', '');

/** Sections of the table of contents: each row's name, the page or file that it leads to, and the words beside it. */
export function contents() {
  return read('README.md')
    .split(/^## /m)
    .slice(1)
    .map((section) => ({
      title: section.slice(0, section.indexOf('\n')),
      rows: [...section.matchAll(/^\| \[([^\]]+)\]\(([^)]+)\) +\| (.*?) +\|$/gm)].map(([, text, target, about]) => ({
        text: text.replaceAll('`', ''),
        target,
        about,
      })),
    }))
    .filter(({ rows }) => rows.length > 0);
}

/** Pages below a folder, but for its own. */
export function pagesIn(folder) {
  return readdirSync(path.join(DOCS, folder), { recursive: true, encoding: 'utf8' })
    .map((file) => `${folder}/${file.replaceAll(path.sep, '/')}`)
    .filter((file) => file.endsWith('.md') && file !== `${folder}/README.md`)
    .sort()
    .map((file) => ({ text: `${owner(file)}${titleOf(file)}`, target: file }));
}

/** What stands before the name of a namespace: the package that exports it. */
const owner = (page) => (page.includes('/namespaces/') ? page.replace(/^api\/(.*)\/namespaces\/.*$/, '$1: ') : '');

const linkTo = ({ target, text }) => ({ text, link: `/${placeOf(target).replace(/(index)?\.md$/, '')}` });

/** The groups at the side of every page. Pages beside a README that the table names (the algorithms) stand below it. */
export function sidebar() {
  const named = contents().map(({ rows, title }) => ({
    text: title,
    items: rows
      .filter(({ target }) => target.endsWith('.md'))
      .map((row) => {
        const below = row.target.endsWith('/README.md') ? pagesIn(path.posix.dirname(row.target)) : [];
        return below.length === 0 ? linkTo(row) : { ...linkTo(row), collapsed: true, items: below.map(linkTo) };
      }),
  }));
  return [...named, wholeFolder('decisions', 'Decisions'), wholeFolder('spec', 'Specification')];
}

/** What stands beside the pages of the API, which `npm run docs` makes. */
export const apiSidebar = () => ({ ...wholeFolder('api', 'API of the packages'), collapsed: false });

function wholeFolder(folder, text) {
  const pages = existsSync(path.join(DOCS, folder)) ? pagesIn(folder) : [];
  return { text, collapsed: true, items: [{ text: 'Overview', link: `/${folder}/` }, ...pages.map(linkTo)] };
}
