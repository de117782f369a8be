import { cpSync, existsSync, rmSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'vitepress';
import config from '../.vitepress/config.mjs';
import { apiPages } from './api-pages.mjs';
import { followLinks } from './built-links.mjs';
import { writeTexts } from './llms.mjs';

/** Builds the site of the documentation into `docs/.vitepress/dist`; `npm run docs` calls it. Fails if a link or anchor leads nowhere. */
const DOCS = fileURLToPath(new URL('..', import.meta.url));
const SITE = path.join(DOCS, '.vitepress/dist');
const PLAYGROUND = path.join(DOCS, '../apps/playground/dist/site');

if (!existsSync(PLAYGROUND)) throw new Error('the playground is missing: npm run build makes it');
rmSync(path.join(DOCS, 'api'), { recursive: true, force: true });
await apiPages(path.join(DOCS, 'api'));
await build(DOCS);
cpSync(PLAYGROUND, path.join(SITE, 'playground'), { recursive: true });
writeTexts(SITE, config.description);

const { broken, followed, pages } = followLinks(SITE, path.resolve(DOCS), config.base);
console.log(`${pages} pages, ${followed} links followed: ${path.relative(process.cwd(), SITE)}`);
if (broken.length > 0) {
  console.error(`${broken.length} links lead nowhere:\n${broken.join('\n')}`);
  process.exitCode = 1;
}
