import { execFile } from 'node:child_process';
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

/**
 * The files that the guide to experiments shows are written, its `sh` blocks are run one after another, and what stands below a
 * block is what it prints. `npx vitest run docs/test/experiments-guide.test.ts -u` writes the outputs into the page.
 */
const ROOT = path.resolve(import.meta.dirname, '../..');
const GUIDE = path.join(ROOT, 'docs/guide/experiments.md');
const page = readFileSync(GUIDE, 'utf8');

/** What `npx` is to a reader who stands in the repository. */
const PRELUDE = `npx() { shift; "${process.execPath}" "${ROOT}/apps/cli/bin/simcash.js" "$@"; }\n`;

const FILES = /^`([\w.-]+)`:\n\n```(?:yaml|json)\n([^]*?)^```$/gm;
const BLOCKS = /^```sh\n([^]*?)^```\n(?:\n```text\n[^]*?^```\n)?/gm;

let directory: string;

beforeAll(() => {
  directory = mkdtempSync(path.join(tmpdir(), 'simcash-experiments-guide-'));
  cpSync(path.join(ROOT, 'docs/examples'), path.join(directory, 'docs/examples'), { recursive: true });
  for (const [, name, text] of page.matchAll(FILES)) writeFileSync(path.join(directory, name!), text!);
});

afterAll(() => rmSync(directory, { recursive: true, force: true }));

async function printed(script: string): Promise<string> {
  const { HOME, PATH } = process.env;
  const env = { HOME, PATH, LANG: 'C.UTF-8', TZ: 'UTC' };
  const { stdout } = await promisify(execFile)('bash', ['-e', '-c', PRELUDE + script], { cwd: directory, env });
  return stdout;
}

describe('the guide to experiments', () => {
  it('shows below each block what it prints', async () => {
    const scripts = [...page.matchAll(BLOCKS)].map(([, script]) => script!);
    expect(scripts.length).toBeGreaterThan(10);
    const outputs: string[] = [];
    for (const script of scripts) outputs.push(await printed(script));
    const withOutputs = page.replace(BLOCKS, (_, script: string) => {
      const output = outputs.shift()!.replace(/ +$/gm, '').replace(/\n*$/, '\n');
      return `\`\`\`sh\n${script}\`\`\`\n${output === '\n' ? '' : `\n\`\`\`text\n${output}\`\`\`\n`}`;
    });
    await expect(withOutputs).toMatchFileSnapshot(GUIDE);
  });
});
