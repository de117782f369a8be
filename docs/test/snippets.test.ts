import { execFile } from 'node:child_process';
import { mkdirSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

/**
 * The TypeScript blocks of the guides and of the experiments package's page are programs: they are compiled, with types checked,
 * and run. What a block promises in comments behind `console.log(…);` is what it has to print.
 */
const ROOT = path.resolve(import.meta.dirname, '../..');
const WORK = path.join(ROOT, `node_modules/.cache/docs-snippets-${process.pid}`);
const run = promisify(execFile);

interface Snippet {
  name: string;
  code: string;
}

function snippetsOf(page: string): Snippet[] {
  const text = readFileSync(path.join(ROOT, page), 'utf8');
  return [...text.matchAll(/^```ts\n([^]*?)^```/gm)].map(([, code], i) => ({
    name: `${path.basename(page, '.md').toLowerCase()}-${i + 1}`,
    code: code!,
  }));
}

const guides = readdirSync(path.join(ROOT, 'docs/guide')).filter((page) => page.endsWith('.md'));
const pages = [...guides.map((page) => `docs/guide/${page}`), 'packages/experiments/README.md'];
const snippets = pages.flatMap(snippetsOf);

/** Lines that the comments behind `console.log` announce; null if one of them announces nothing. */
function announced(code: string): string[] | null {
  const calls = code.split('\n').filter((line) => line.includes('console.log('));
  const comments = calls.map((line) => /console\.log\(.*\); \/\/ (.*)$/.exec(line)?.[1]);
  return comments.every((comment) => comment !== undefined) ? comments : null;
}

/** What the snippets may import, wherever the package manager has put it. */
function link(name: string, target: string): void {
  const place = path.join(WORK, 'node_modules', name);
  mkdirSync(path.dirname(place), { recursive: true });
  symlinkSync(path.join(ROOT, target), place, 'junction');
}

beforeAll(async () => {
  rmSync(WORK, { recursive: true, force: true });
  for (const name of ['engine', 'environments', 'experiments', 'persistence', 'protocol', 'replay', 'runs'])
    link(`@simcash/${name}`, `packages/${name}`);
  link('@duckdb/node-api', 'packages/persistence/node_modules/@duckdb/node-api');
  for (const { code, name } of snippets) writeFileSync(path.join(WORK, `${name}.ts`), code);
  writeFileSync(path.join(WORK, 'package.json'), JSON.stringify({ type: 'module' }));
  const settings = { target: 'ES2022', lib: ['ES2023'], module: 'NodeNext', strict: true, types: ['node'], skipLibCheck: true };
  const compilerOptions = { ...settings, noUnusedLocals: true, moduleDetection: 'force' };
  writeFileSync(path.join(WORK, 'tsconfig.json'), JSON.stringify({ compilerOptions, include: ['*.ts'] }));
  const compiler = path.join(ROOT, 'node_modules/typescript/bin/tsc');
  await run(process.execPath, [compiler, '-p', WORK]).catch((error: { stdout: string }) => {
    throw new Error(`the snippets do not compile:\n${error.stdout}`);
  });
});

afterAll(() => rmSync(WORK, { recursive: true, force: true }));

describe('a snippet of the guides does what its comments say', () => {
  it.each(snippets)('$name', async ({ code, name }) => {
    const cwd = path.join(WORK, 'run', name);
    mkdirSync(cwd, { recursive: true });
    const { stderr, stdout } = await run(process.execPath, [path.join(WORK, `${name}.js`)], { cwd });
    expect(stderr).toBe('');
    const expected = announced(code);
    if (expected !== null) expect(stdout.split('\n').slice(0, -1)).toEqual(expected);
  });
});
