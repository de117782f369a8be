import { execFile } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import vm from 'node:vm';
import { checkPackage, createPackageFromTarballData } from '@arethetypeswrong/core';
import { publint } from 'publint';
import { build } from 'rolldown';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { CHROMIUM, SKIPPED, textsInChromium } from '../../packages/engine/test/support/chromium.js';
import { PATIENCE } from './support/guide.js';
import { link, packedPackages, type PackedPackage } from './support/packed-packages.js';

/**
 * The example programs against the packed packages, as somebody has them who installed them: types are checked, those of the packages
 * too, every program is run, and what its head says that it prints is what it prints.
 * `npx vitest run docs/test/programs.test.ts -u` writes what they print into the programs.
 */
const ROOT = path.resolve(import.meta.dirname, '../..');
const PROGRAMS = path.join(ROOT, 'docs/examples/programs');
const run = promisify(execFile);
const read = (name: string): string => readFileSync(path.join(PROGRAMS, name), 'utf8');

const names = readdirSync(PROGRAMS)
  .filter((file) => file.endsWith('.ts'))
  .map((file) => path.basename(file, '.ts'));

let directory: string;
/** An empty folder, but for the programs and the packages that they import. */
let reader: string;
let packages: PackedPackage[];

beforeAll(async () => {
  directory = mkdtempSync(path.join(tmpdir(), 'simcash-programs-'));
  packages = await packedPackages(directory);
  reader = path.join(directory, 'reader');
  cpSync(PROGRAMS, reader, { recursive: true });
  writeFileSync(path.join(reader, 'package.json'), JSON.stringify({ type: 'module' }));
  link(reader, '@types/node', path.join(ROOT, 'node_modules/@types/node'));
  const imported = names.flatMap((name) =>
    [...read(`${name}.ts`).matchAll(/ from '(@simcash\/\w+)/g)].map(([, found]) => found!),
  );
  for (const name of new Set(imported)) link(reader, name, packages.find((one) => one.name === name)!.folder);
  const compiler = path.join(ROOT, 'node_modules/typescript/bin/tsc');
  await run(process.execPath, [compiler, '-p', reader, '--outDir', path.join(reader, 'js')]).catch(
    (error: { stdout: string }) => {
      throw new Error(`the programs do not compile:\n${error.stdout}`);
    },
  );
}, PATIENCE);

afterAll(() => rmSync(directory, { recursive: true, force: true }));

/** The program with what it prints in its head. */
async function expectPrinted(name: string, printed: string): Promise<void> {
  const head = /( \* Prints[^\n]*:\n)[^]*?( \*\/\n)/;
  const program = read(`${name}.ts`);
  expect(program).toMatch(head);
  const lines = printed.split('\n').map((line) => ` *     ${line}`.trimEnd());
  const withOutput = program.replace(head, (_, begin: string, end: string) => `${begin} *\n${lines.join('\n')}\n${end}`);
  await expect(withOutput).toMatchFileSnapshot(path.join(PROGRAMS, `${name}.ts`));
}

describe('the packed packages', () => {
  it('depend on versions, not on the workspace', () => {
    expect(packages.length).toBeGreaterThan(10);
    for (const { dependencies = {}, name } of packages)
      for (const [dependency, version] of Object.entries(dependencies))
        expect(version, `${name}: ${dependency}`).toMatch(/^\^?\d/);
  });

  it('are found, and say what they are', async () => {
    for (const { folder, name } of packages) {
      const { messages } = await publint({ pkgDir: folder, level: 'suggestion', strict: true, pack: false });
      expect(messages, name).toEqual([]);
      const manifest = JSON.parse(readFileSync(path.join(folder, 'package.json'), 'utf8')) as Record<string, unknown>;
      expect(manifest).toMatchObject({ license: 'MIT', publishConfig: { access: 'public', provenance: true } });
      expect(manifest.description).toMatch(/\w/);
      expect((manifest.keywords as string[]).length, name).toBeGreaterThan(2);
    }
  });

  it('have types wherever modules are found as they are today', async () => {
    for (const { name, tarball } of packages) {
      const checked = await checkPackage(createPackageFromTarballData(readFileSync(tarball)));
      if (checked.types === false) continue;
      // They are modules of ECMAScript alone.
      const old = ['node10', 'node16-cjs'];
      const problems = checked.problems.filter(
        (problem) => !('resolutionKind' in problem && old.includes(problem.resolutionKind)),
      );
      expect(problems, name).toEqual([]);
    }
  });

  it('say what is to be installed for language models, and need it for nothing else', async () => {
    const { folder } = packages.find(({ name }) => name === '@simcash/experiments')!;
    const ask = `import { connect } from './dist/optimizers/llm/provider.js';
      import '@simcash/experiments/llm';
      await connect({ model: 'openai:m', base_url: null }, { OPENAI_API_KEY: 'k' }).catch(({ code, message }) => console.log(code, message));`;
    const { stdout } = await run(process.execPath, ['--input-type=module', '-e', ask], { cwd: folder });
    expect(stdout).toBe('package_missing language models need the package ai: npm install ai\n');
  });

  it('are published by the tool that puts versions in the place of the workspace', async () => {
    const guard = path.join(ROOT, 'docs/scripts/publish-guard.mjs');
    const publishedBy = (agent: string): Promise<unknown> =>
      run(process.execPath, [guard], { env: { ...process.env, npm_config_user_agent: agent } });
    await publishedBy('pnpm/12.21.0 npm/? node/v20.20.2 linux x64');
    await expect(publishedBy('npm/10.8.2 node/v20.20.2 linux x64')).rejects.toThrow('npm run release');
    for (const { source } of packages)
      expect(readFileSync(path.join(source, 'package.json'), 'utf8')).toContain('docs/scripts/publish-guard.mjs');
  });

  it.each(['@simcash/cli', 'simcash'])('%s has a command that works', async (wanted) => {
    const { folder } = packages.find(({ name }) => name === wanted)!;
    const cwd = path.join(directory, wanted.replace('/', '-'));
    mkdirSync(cwd);
    const simcash = (...args: string[]): Promise<{ stdout: string }> =>
      run(process.execPath, [path.join(folder, 'bin/simcash.js'), ...args], { cwd });
    await simcash('init');
    await simcash('run', 'scenario.yaml', '--save', '--id', 'first');
    expect((await simcash('replay', 'first', '--verify')).stdout).toContain('are what executing the stored configuration gives');
  });
});

describe('an example program prints what its head says', () => {
  it.each(names.filter((name) => name !== 'browser-page'))('%s', async (name) => {
    const cwd = path.join(reader, 'run', name);
    mkdirSync(cwd, { recursive: true });
    const { stderr, stdout } = await run(process.execPath, [path.join(reader, 'js', `${name}.js`)], { cwd });
    expect(stderr).toBe('');
    await expectPrinted(name, stdout.trimEnd());
  });
});

describe('the page with the engine in it', () => {
  beforeAll(async () => {
    const input = path.join(reader, 'browser-page.ts');
    const output = { file: path.join(reader, 'browser-page.js'), format: 'iife' } as const;
    await build({ input, platform: 'browser', output });
  });

  it('is drawn by one script that needs a document and nothing of Node', async () => {
    const element = { textContent: '' };
    const document = { querySelector: (selector: string) => (selector === '#simulation' ? element : null) };
    const script = readFileSync(path.join(reader, 'browser-page.js'), 'utf8');
    vm.runInNewContext(script, { TextEncoder, TextDecoder, document });
    await expectPrinted('browser-page', element.textContent);
  });

  it.skipIf(CHROMIUM === null)(`is drawn in headless Chromium${SKIPPED}`, async () => {
    const texts = await textsInChromium(path.join(reader, 'browser-page.html'));
    await expectPrinted('browser-page', texts.get('simulation')!);
  });
});

it('every program is in the list of programs', () => {
  const page = read('README.md');
  for (const name of names) expect(page).toContain(`](${name}.ts)`);
});
