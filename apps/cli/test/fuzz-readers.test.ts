import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { startNode, temporaryDirectory } from './support/simcash.js';

/** A short run of what `npm run fuzz` does for longer, the same every time. */

const FUZZ = path.resolve(import.meta.dirname, '../fuzz');
type Module = Record<string, (...args: unknown[]) => unknown>;
const load = (name: string): Promise<Module> => import(/* @vite-ignore */ path.join(FUZZ, name)) as Promise<Module>;

const fuzz = (...args: string[]): ReturnType<typeof startNode>['finished'] =>
  startNode([path.join(FUZZ, 'readers.mjs'), '--seed', '1', ...args], { timeout: 120_000 }).finished;

describe('readers of files', () => {
  it('take or refuse what is like their files, and the search gets beyond what the seeds reach', async () => {
    const found = temporaryDirectory();
    const { code, stderr, stdout } = await fuzz('--cases', '60', '--found', found);
    expect({ code, stderr, stdout }).toMatchObject({ code: 0, stderr: '' });
    expect(readdirSync(found)).toEqual([]);
    const rows = stdout.split('\n').filter((line) => /^\| \w+ \| \d/.test(line));
    expect(rows.length).toBeGreaterThan(5);
    for (const row of rows) {
      const [, , , kept, first, reached] = row.split('|').map(Number);
      expect(kept, row).toBeGreaterThan(0);
      expect(reached, row).toBeGreaterThan(first!);
    }
  }, 180_000);
});

describe('the search', () => {
  it('finds what only two changes after each other reach, makes it small and writes it down', async () => {
    const target = path.join(import.meta.dirname, 'support/planted-fault.mjs');
    const found = temporaryDirectory();
    const { code, stdout } = await fuzz('--targets', target, '--cases', '20000', '--found', found);
    expect({ code, stdout }).toMatchObject({ code: 1, stdout: expect.stringContaining('Error: planted') as string });
    const [file] = readdirSync(found);
    expect(readFileSync(path.join(found, file!), 'utf8')).toBe('abc');
    const again = await fuzz('--targets', target, '--input', path.join(found, file!));
    expect(again).toMatchObject({ code: 1, stdout: expect.stringContaining('planted') as string });
  });
});

describe('a change of an input', () => {
  it('is the same for a seed', async () => {
    const [{ mutated }, { chance }] = [await load('mutations.mjs'), await load('support.mjs')];
    const material = { corpus: [Buffer.from('a: 1\nb: [2, 3]\n')], words: ['x', 'y'] };
    const list = (seed: number): string[] => {
      const random = chance!(seed);
      return Array.from({ length: 200 }, () => (mutated!(material.corpus[0], random, material) as Buffer).toString('latin1'));
    };
    expect(list(3)).toEqual(list(3));
    expect(new Set(list(3)).size).toBeGreaterThan(150);
    expect(list(3)).not.toEqual(list(4));
  });
});
