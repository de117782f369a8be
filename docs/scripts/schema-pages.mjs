import { execFileSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

/** The pages that show what `simcash schema` prints. `npm run docs:pages` writes them. */

const PROGRAM = fileURLToPath(new URL('../../apps/cli/bin/simcash.js', import.meta.url));
const page = (name) => fileURLToPath(new URL(`../reference/${name}.md`, import.meta.url));
const schema = (...args) => execFileSync(process.execPath, [PROGRAM, 'schema', ...args], { encoding: 'utf8' });

for (const [name, what] of Object.entries({ policies: 'policy', events: 'events', costs: 'costs' }))
  writeFileSync(page(name), `<!-- Made by: simcash schema ${what} --markdown -->\n\n${schema(what, '--markdown')}`);

/** Of this page the introduction is written by hand. */
const [introduction] = readFileSync(page('scenarios'), 'utf8').split(/(?<=^## Top level\n\n)/m);
const printed = schema('scenario', '--markdown');
writeFileSync(page('scenarios'), `${introduction}${printed.slice(printed.indexOf('| Key |'))}`);
