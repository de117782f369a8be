/**
 * Licences of everything that is installed with the packages, and what is known against it.
 *
 *   node apps/cli/fuzz/dependencies.mjs
 *
 * Ends with 1 for a licence that is not among those allowed, or for an advisory. Advisories need the registry; licences do not.
 */
import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { fileOf, markdown } from './support.mjs';

/** Those that ask for no more than to be named. */
const ALLOWED = ['0BSD', 'Apache-2.0', 'BlueOak-1.0.0', 'BSD-2-Clause', 'BSD-3-Clause', 'CC0-1.0', 'ISC', 'MIT', 'Unlicense'];

const { packageManager } = JSON.parse(readFileSync(fileOf('package.json'), 'utf8'));
const pnpm = (...args) =>
  spawnSync('npx', ['--yes', packageManager, ...args], { cwd: fileOf('.'), encoding: 'utf8', maxBuffer: 2 ** 30 });

/** Every package below some, by name and version; ours among themselves are links. */
function collect(dependencies, found) {
  for (const [name, { dependencies: below, path: folder, version }] of Object.entries(dependencies ?? {})) {
    // Not installed are programs for other systems, whose licence is that of the package that chooses between them.
    if (!version.startsWith('link:') && existsSync(path.join(folder, 'package.json'))) found.set(`${name} ${version}`, folder);
    collect(below, found);
  }
  return found;
}

/** `(MIT OR GPL-2.0)` leaves the choice, `MIT AND ISC` does not. */
const isAllowed = (licence) =>
  licence
    .replaceAll(/[()]/g, '')
    .split(' OR ')
    .some((choice) => choice.split(' AND ').every((one) => ALLOWED.includes(one.trim())));

function licenceOf(folder) {
  const { license, licenses } = JSON.parse(readFileSync(path.join(folder, 'package.json'), 'utf8'));
  const named = license ?? licenses?.map(({ type }) => type).join(' OR ') ?? 'none';
  return typeof named === 'string' ? named : named.type;
}

const found = new Map();
for (const { dependencies, optionalDependencies } of JSON.parse(
  pnpm('list', '-r', '--prod', '--depth', 'Infinity', '--json').stdout,
)) {
  collect(dependencies, found);
  collect(optionalDependencies, found);
}
if (found.size === 0) throw new Error('no dependencies were found: npm run setup installs them');
const licences = [...found].sort().map(([name, folder]) => [name, licenceOf(folder)]);
const wrong = licences.filter(([, licence]) => !isAllowed(licence));
console.log(
  markdown(
    ['Package', 'Licence', ''],
    licences.map(([name, licence]) => [name, licence, isAllowed(licence) ? '' : 'NOT ALLOWED']),
  ),
);

const { stdout } = pnpm('audit', '--prod', '--json');
const advisories = advisoriesIn(stdout);
console.log(advisories === null ? '\nAdvisories: none could be had.' : `\nAdvisories: ${advisories.length}`);
for (const { module_name: name, severity, title, url } of advisories ?? [])
  console.log(`- ${name}: ${title} (${severity}), ${url}`);

process.exitCode = wrong.length === 0 && (advisories ?? []).length === 0 ? 0 : 1;

/** Null if the registry gave no answer. */
function advisoriesIn(text) {
  try {
    const { advisories } = JSON.parse(text);
    return advisories === undefined ? null : Object.values(advisories);
  } catch {
    return null;
  }
}
