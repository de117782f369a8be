import { execFile } from 'node:child_process';
import { existsSync, readdirSync } from 'node:fs';
import path from 'node:path';
import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';
import { filesOf, lineAt, ROOT, textOf } from './support/working-tree.js';

/** The rules of the house that no compiler knows. Those of style, mistakes and import cycles are oxlint's (`.oxlintrc.json`). */
interface Manifest {
  name: string;
  exports: Record<string, unknown>;
  dependencies?: Record<string, string>;
  devDependencies?: Record<string, string>;
}

const folders = ['packages', 'apps'].flatMap((group) => readdirSync(path.join(ROOT, group)).map((name) => `${group}/${name}`));
const packages = folders
  .filter((folder) => existsSync(path.join(ROOT, folder, 'package.json')))
  .map((folder) => ({ folder, manifest: JSON.parse(textOf(`${folder}/package.json`)) as Manifest }));

/** Packages of the house that a package depends on, without the scope. */
const below = ({ dependencies, devDependencies }: Manifest): string[] =>
  Object.keys({ ...dependencies, ...devDependencies }).flatMap((name) => /^@simcash\/(.+)/.exec(name)?.slice(1) ?? []);
const nameOf = ({ name }: Manifest): string => name.replace('@simcash/', '');

/** Each package may depend on those of the floors below its own only. */
const FLOORS = [
  ['protocol', 'random'],
  ['statistics', 'persistence', 'replay'],
  ['payments', 'indicators'],
  ['engine', 'pictures'],
  ['experiments', 'environments'],
  ['runs'],
  ['sweeps', 'explorer'],
  ['playground'],
  ['cli'],
  ['simcash'],
];
const floorOf = (name: string): number => FLOORS.findIndex((names) => names.includes(name));

/** Packages that meet in @simcash/runs, and nowhere else. */
const STRANGERS = ['engine', 'persistence', 'replay', 'experiments'];

describe('arrows between packages', () => {
  it.each(packages)('of $folder lead to lower floors only', ({ manifest }) => {
    const floor = floorOf(nameOf(manifest));
    expect(floor, 'the package has a floor').not.toBe(-1);
    expect(below(manifest).filter((name) => floorOf(name) >= floor)).toEqual([]);
  });

  it('engine, persistence, replay and experiments do not know one another', () => {
    for (const { manifest } of packages)
      if (STRANGERS.includes(nameOf(manifest))) expect(below(manifest).filter((name) => STRANGERS.includes(name))).toEqual([]);
  });

  it('protocol depends on nothing', () => {
    const { manifest } = packages.find(({ folder }) => folder === 'packages/protocol')!;
    expect(manifest).not.toHaveProperty('dependencies');
  });

  const compiled = packages.filter(({ folder }) => existsSync(path.join(ROOT, folder, 'src')));
  it.each(compiled)('of $folder are the same for the compiler', ({ folder, manifest }) => {
    const { references = [] } = JSON.parse(textOf(`${folder}/tsconfig.json`)) as { references?: { path: string }[] };
    const withTypes = below(manifest).filter((name) =>
      packages.some((other) => nameOf(other.manifest) === name && other.manifest.exports?.['.'] !== undefined),
    );
    expect(references.map((reference) => path.basename(reference.path)).sort()).toEqual(withTypes.sort());
  });
});

it('no file is dead, nothing is exported for nobody, every package that is imported is declared, and the reverse', async () => {
  const knip = path.join(ROOT, 'node_modules/knip/bin/knip.js');
  const found = await promisify(execFile)(process.execPath, [knip, '--no-progress', '--no-config-hints'], { cwd: ROOT }).catch(
    (error: { stdout: string; stderr: string }) => error,
  );
  expect(`${found.stdout}${found.stderr}`.trim()).toBe('');
  expect(found).not.toBeInstanceOf(Error);
}, 600_000);

/** Positions of a pattern in files, as an editor opens them. */
const places = (pattern: RegExp, files: readonly string[]): string[] =>
  files.flatMap((file) => {
    const text = textOf(file);
    return [...text.matchAll(pattern)].map(({ 0: found, index }) => `${file}:${lineAt(text, index)} ${found}`);
  });

const CODE = filesOf(/\.(ts|tsx|mjs|js|py)$/);
const TEXTS = [...CODE, ...filesOf(/\.(md|json|ya?ml|sh|sql)$/)];

describe('words', () => {
  it('nothing is left to be done in a comment', () => {
    expect(places(/\b(TOD[O]|FIXM[E])\b/g, CODE)).toEqual([]);
  });

  it('no path is that of one machine', () => {
    expect(places(/(?<![\w.}*-])\/(?:work|home|root|Users|tmp\/\w)\//g, TEXTS)).toEqual([]);
  });

  it('the lock file does not say where packages were downloaded', () => {
    expect(places(/https?:\/\/\S+|tarball:/g, ['pnpm-lock.yaml'])).toEqual([]);
  });

  it('versions are pinned; what is installed together with an application comes in ranges, so that it has one of each', () => {
    const version = String.raw`\d+\.\d+\.\d+(-[\w.]+)?`;
    const pinned = new RegExp(`^(workspace:\\*|${version})$`);
    const range = new RegExp(`^(workspace:\\*|\\^${version})$`);
    // The parts of DuckDB belong together to the digit; before 1.0, a range allows nothing but what is pinned, or too much.
    const isExact = (name: string, wanted: string): boolean => name.startsWith('@duckdb/') || wanted.startsWith('0.');
    for (const { devDependencies = {} } of [
      ...packages.map((one) => one.manifest),
      JSON.parse(textOf('package.json')) as Manifest,
    ])
      for (const wanted of Object.values(devDependencies)) expect(wanted).toMatch(pinned);
    for (const { manifest } of packages)
      for (const [name, wanted] of Object.entries(manifest.dependencies ?? {}))
        expect(wanted, name).toMatch(isExact(name, wanted) ? pinned : range);
  });
});

/** Files that have always been longer. Nothing is added here: a longer file is more than one subject. */
const LONGER_TESTS = ['packages/engine/test/policy/actions.test.ts'];

describe('comments', () => {
  it('stand before what they are about: of two in a row, the first is lost to every reader of the types', () => {
    const sources = CODE.filter((file) => /^(packages|apps)\/[^/]+\/src\/.*\.tsx?$/.test(file));
    expect(sources.length).toBeGreaterThan(500);
    const lost = sources.flatMap((file) => {
      const text = textOf(file);
      return [...text.matchAll(/(\/\*\*(?:(?!\*\/)[^])*\*\/)\s*\n\s*\/\*\*/g)]
        .filter(([, first]) => !first!.includes('@module'))
        .map(({ index }) => `${file}:${lineAt(text, index)}`);
    });
    expect(lost).toEqual([]);
  });
});

describe('files are short', () => {
  const over = (lines: number, files: readonly string[]): string[] =>
    files.filter((file) => !textOf(file).startsWith('// Made by') && textOf(file).split('\n').length - 1 > lines).sort();
  const isSource = (file: string): boolean => /^(packages|apps)\/[^/]+\/src\//.test(file);

  it('sources have 400 lines at most', () => {
    expect(over(400, CODE.filter(isSource))).toEqual([]);
  });

  it('tests and scripts have 1000 lines at most', () => {
    expect(
      over(
        1000,
        CODE.filter((file) => !isSource(file)),
      ),
    ).toEqual(LONGER_TESTS);
  });
});
