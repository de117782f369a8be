import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, statSync } from 'node:fs';
import path from 'node:path';

/**
 * Follows every link and every anchor of a built site. A link to a file of the docs that is no page (a scenario, a program) brings a
 * copy of the file into the site. Answers with the links that lead nowhere, as `page -> link`.
 */
export function followLinks(site, docs, base = '/') {
  const pages = readdirSync(site, { recursive: true, encoding: 'utf8' }).filter(
    (file) => file.endsWith('.html') && !file.startsWith('playground'),
  );
  const texts = new Map(pages.map((page) => [path.join(site, page), readFileSync(path.join(site, page), 'utf8')]));
  const anchors = new Map(
    [...texts].map(([page, html]) => [page, new Set([...html.matchAll(/\sid="([^"]*)"/g)].map(([, id]) => plain(id)))]),
  );
  const broken = new Set();
  let followed = 0;
  for (const [page, html] of texts) {
    for (const [, quoted] of html.matchAll(/<(?:a|img|link|script)\s[^>]*?(?:href|src)="([^"]*)"/g)) {
      const link = plain(quoted);
      if (/^([a-z][a-z+.-]*:|\/\/)/i.test(link)) continue;
      followed++;
      const [, place, anchor] = /^([^#?]*)[^#]*#?(.*)$/.exec(link);
      const target = fileOf(place);
      const fails =
        target === null ||
        (anchor !== '' &&
          target.endsWith('.html') &&
          anchors.has(target) &&
          !anchors.get(target).has(decodeURIComponent(anchor)));
      if (fails) broken.add(`${path.relative(site, page)} -> ${link}`);
    }

    /** The file that a link means, brought into the site if the docs have it; null without one. */
    function fileOf(place) {
      if (place === '') return page;
      const wanted = decodeURIComponent(place);
      const file = wanted.startsWith(base)
        ? path.join(site, wanted.slice(base.length))
        : path.resolve(path.dirname(page), wanted);
      const found = [file, path.join(file, 'index.html'), `${file}.html`].find(
        (name) => existsSync(name) && statSync(name).isFile(),
      );
      if (found !== undefined) return found;
      const original = path.join(docs, path.relative(site, file));
      if (!file.startsWith(site) || !existsSync(original) || !statSync(original).isFile()) return null;
      mkdirSync(path.dirname(file), { recursive: true });
      cpSync(original, file);
      return file;
    }
  }
  return { broken: [...broken].sort(), followed, pages: pages.length };
}

const plain = (text) =>
  text
    .replaceAll('&quot;', '"')
    .replaceAll('&lt;', '<')
    .replaceAll('&gt;', '>')
    .replaceAll('&#39;', "'")
    .replaceAll('&amp;', '&');
