import { readFileSync } from 'node:fs';
import { defineConfig } from 'vitepress';
import { repositoryLinks } from './links.mjs';
import { plainMarkdown } from './plain.mjs';
import { apiSidebar, placeOf, sidebar, slugOf } from './pages.mjs';

/** The site over `docs/`, whose pages stay plain Markdown: what is special about them is done here. `npm run docs` builds it. */
const { repository } = JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8'));
const address = (typeof repository === 'string' ? repository : repository?.url)?.replace(/^git\+|\.git$/g, '');

/** Two payments that settle each other. */
const ICON =
  '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 16 16" fill="none" stroke="#2a72c4" stroke-width="2"><path d="M1 5h12l-3-3M15 11H3l3 3"/></svg>';

// A link to a Python program leads to the file, as one to a YAML file does anyway.
process.env.VITE_EXTRA_EXTENSIONS = 'py';

/** Where the site stands on its server: `/`, or a folder such as `/simcash/`. */
const base = process.env.SIMCASH_DOCS_BASE ?? '/';

export default defineConfig({
  title: 'SimCash',
  description: 'Payment settlement simulated: real-time gross settlement, liquidity saving, banks that decide',
  lang: 'en',
  base,
  srcExclude: ['test/**', 'scripts/**', '**/node_modules/**'],
  rewrites: placeOf,
  ignoreDeadLinks: false,
  head: [
    ['link', { rel: 'alternate', type: 'text/plain', href: `${base}llms.txt` }],
    ['link', { rel: 'icon', type: 'image/svg+xml', href: `data:image/svg+xml,${encodeURIComponent(ICON)}` }],
  ],
  markdown: {
    anchor: { slugify: slugOf },
    headers: { slugify: slugOf },
    attrs: { disable: true },
    config: (markdown) => {
      plainMarkdown(markdown);
      repositoryLinks(markdown, address);
    },
  },
  themeConfig: {
    nav: [
      { text: 'Guides', link: '/guide/tutorial' },
      { text: 'Reference', link: '/reference/cli' },
      { text: 'Examples', link: '/examples/scenarios/' },
      { text: 'API', link: '/api/' },
      { text: 'Playground', link: '/playground/index.html', target: '_self' },
    ],
    sidebar: { '/': sidebar(), '/api/': [apiSidebar()] },
    outline: { level: [2, 3] },
    search: { provider: 'local', options: { _render: withoutCode } },
    ...(address === undefined ? {} : { socialLinks: [{ icon: 'github', link: address }] }),
  },
});

/** What the search looks through: the words of a page, not its listings. */
function withoutCode(source, env, markdown) {
  const html = markdown.render(source, env);
  return html.replace(/<pre[^]*?<\/pre>/g, '');
}
