// Makes the page: two scripts, a style sheet and a document, in dist/site (spec 16 §10). Nothing in them asks another host for anything.
import { copyFileSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { EXPLORER_STYLE } from '@simcash/explorer/pages';
import { rolldown } from 'rolldown';

const APP = path.join(import.meta.dirname, '..');
const MODULES = path.join(APP, 'dist', 'modules');
const SITE = path.join(APP, 'dist', 'site');
const EXAMPLES = path.join(APP, '..', '..', 'docs', 'examples');

const { version } = JSON.parse(readFileSync(path.join(APP, 'package.json'), 'utf8'));

/** Scenarios of the library, and policies that they may name. */
function examples() {
  const files = ['scenarios', 'policies'].flatMap((folder) =>
    readdirSync(path.join(EXAMPLES, folder))
      .filter((name) => /\.(yaml|json)$/.test(name))
      .map((name) => `${folder}/${name}`),
  );
  const texts = files.map((file) => [file, readFileSync(path.join(EXAMPLES, file), 'utf8')]);
  const scenarios = texts.filter(([file]) => file.endsWith('.yaml'));
  const isNamed = ([file]) => scenarios.some(([, text]) => text.includes(`../${file}`));
  return Object.fromEntries([...scenarios, ...texts.filter(isNamed)]);
}

const library = {
  name: 'examples',
  resolveId: (id) => (id === 'simcash:examples' ? id : null),
  load: (id) => (id === 'simcash:examples' ? `export const EXAMPLES = ${JSON.stringify(examples())};` : null),
};

rmSync(SITE, { recursive: true, force: true });
mkdirSync(SITE, { recursive: true });
for (const [name, input] of [
  ['main', 'main.js'],
  ['worker', 'engine/worker.js'],
]) {
  const bundle = await rolldown({
    input: path.join(MODULES, input),
    platform: 'browser',
    plugins: [library],
    transform: { define: { VERSION: JSON.stringify(version) } },
  });
  await bundle.write({ file: path.join(SITE, `${name}.js`), format: 'esm', minify: true, codeSplitting: false });
}
copyFileSync(path.join(APP, 'src', 'index.html'), path.join(SITE, 'index.html'));
writeFileSync(path.join(SITE, 'style.css'), `${EXPLORER_STYLE}\n${readFileSync(path.join(APP, 'src', 'style.css'), 'utf8')}`);
