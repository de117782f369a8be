import { execFile } from 'node:child_process';
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { expect } from 'vitest';
import { output } from '../../../apps/cli/test/support/simcash.js';

/**
 * A guide whose commands are run: the files that it shows are written, its `sh` blocks are run one after another in one folder, and
 * what stands below a block is what it prints.
 */
const ROOT = path.resolve(import.meta.dirname, '../../..');

/** Milliseconds for the commands of a whole guide, one after another, on a machine that is busy with other tests. */
export const PATIENCE = 600_000;

/** What `npx` is to a reader who stands in the repository. */
const PRELUDE = `npx() { shift; npm_command=exec "${process.execPath}" "${ROOT}/apps/cli/bin/simcash.js" "$@"; }\n`;

const FILES = /^`([\w.-]+)`:\n\n```(?:yaml|json)\n([^]*?)^```$/gm;
const BLOCKS = /^```sh\n([^]*?)^```\n(?:\n```text\n[^]*?^```\n)?/gm;

/** How long a run took is different every time. */
const withoutDuration = (text: string): string => text.replace(/^(.*: \d+ of \d+ ticks) in [\d.]+ s$/gm, '$1');

/** Runs a guide; with `-u` the outputs are written into the page. @param asRun what a test runs in place of a block */
export async function expectOutputsOf(
  guide: string,
  { examples = false, asRun = (script: string) => script } = {},
): Promise<void> {
  const file = path.join(ROOT, 'docs/guide', guide);
  const page = readFileSync(file, 'utf8');
  const directory = mkdtempSync(path.join(tmpdir(), 'simcash-guide-'));
  try {
    if (examples) cpSync(path.join(ROOT, 'docs/examples'), path.join(directory, 'docs/examples'), { recursive: true });
    for (const [, name, text] of page.matchAll(FILES)) writeFileSync(path.join(directory, name!), text!);
    const scripts = [...page.matchAll(BLOCKS)].map(([, script]) => script!);
    expect(scripts.length).toBeGreaterThan(5);
    const outputs: string[] = [];
    for (const script of scripts) outputs.push(await printed(asRun(script), directory));
    const withOutputs = page.replace(BLOCKS, (_, script: string) => {
      const output = outputs.shift()!.replace(/ +$/gm, '').replace(/\n*$/, '\n');
      return `\`\`\`sh\n${script}\`\`\`\n${output === '\n' ? '' : `\n\`\`\`text\n${output}\`\`\`\n`}`;
    });
    await expect(withOutputs).toMatchFileSnapshot(file);
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
}

/** Blocks of nothing but our commands need no shell, and no process of their own for each line. */
const PLAIN = /^(npx simcash( [\w./:=,-]+)+\n)+$/;

async function printed(script: string, cwd: string): Promise<string> {
  if (PLAIN.test(script)) {
    const env = { TZ: 'UTC', npm_command: 'exec' };
    let text = '';
    for (const line of script.trimEnd().split('\n'))
      text += await output(line.split(' ').slice(2), { cwd, env, timeout: PATIENCE });
    return withoutDuration(text);
  }
  const { HOME, PATH } = process.env;
  const env = { HOME, PATH, LANG: 'C.UTF-8', TZ: 'UTC' };
  const { stdout } = await promisify(execFile)('bash', ['-e', '-c', PRELUDE + script], { cwd, env });
  return withoutDuration(stdout);
}
