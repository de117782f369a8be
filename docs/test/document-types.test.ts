import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';
import { DOCUMENTS, documentTypes } from '../scripts/document-types.mjs';

/** The types of documents as people write them: made from the schemas, and worth having. */
const ROOT = path.resolve(import.meta.dirname, '../..');
const FOLDER = path.join(import.meta.dirname, 'documents');

/** Lines of errors by file, with the compiler's words. */
async function compilerErrors(): Promise<{ file: string; line: number; text: string }[]> {
  const compiler = path.join(ROOT, 'node_modules/typescript/bin/tsc');
  const run = promisify(execFile)(process.execPath, [compiler, '-p', FOLDER, '--pretty', 'false'], { cwd: FOLDER });
  const { stdout } = await run.catch((error: { stdout: string }) => error);
  return [...stdout.matchAll(/^(\S+)\((\d+),\d+\): (error .*)$/gm)].map(([, file, line, text]) => ({
    file: path.basename(file!),
    line: Number(line),
    text: text!,
  }));
}

describe('the compiler', async () => {
  const errors = await compilerErrors();
  const lines = readFileSync(path.join(FOLDER, 'mistakes.ts'), 'utf8').split('\n');
  const marked = lines.flatMap((line, i) => (line.endsWith('// wrong') ? [i + 1] : []));

  it('finds each of the mistakes, and tells them where they are', () => {
    expect(marked.length).toBeGreaterThanOrEqual(25);
    expect([...new Set(errors.filter(({ file }) => file === 'mistakes.ts').map(({ line }) => line))]).toEqual(marked);
  });

  it('has nothing to say about what is right', () => {
    expect(errors.filter(({ file }) => file !== 'mistakes.ts')).toEqual([]);
  });

  it('suggests the key that was meant', () => {
    expect(errors.map(({ text }) => text).join('\n')).toContain("Did you mean to write 'urgency_threshold'?");
  });
});

it.each(DOCUMENTS)('$file is what npm run docs:pages makes now', async (document) => {
  expect(readFileSync(path.join(ROOT, document.file), 'utf8')).toBe(await documentTypes(document));
});
