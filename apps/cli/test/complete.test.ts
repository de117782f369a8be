import { execFileSync } from 'node:child_process';
import { describe, expect, it } from 'vitest';
import { output, simcash } from './support/simcash.js';

/** What a shell is told when somebody presses the tab key. */

const completions = async (...words: string[]): Promise<string[]> =>
  (await output(['complete', '--', ...words])).split('\n').flatMap((line) => line.split('\t')[0]!.match(/^[\w-]+$/) ?? []);

describe('simcash complete', () => {
  it('names commands', async () => {
    expect(await completions('re')).toEqual(['replay', 'report']);
  });

  it('names subcommands', async () => {
    expect(await completions('sweep', '')).toEqual(expect.arrayContaining(['run', 'merge', 'delete']));
  });

  it('names options of a command, of a subcommand, and their words', async () => {
    expect(await completions('run', '--se')).toEqual(expect.arrayContaining(['--seed', '--seeds', '--set']));
    expect(await completions('sweep', 'run', '--resu')).toEqual(['--resume']);
  });

  it('prints what the shells read', async () => {
    const script = await output(['complete', 'bash']);
    expect(script).toContain('simcash complete --');
    execFileSync('bash', ['-n'], { input: script });
    for (const shell of ['zsh', 'fish', 'powershell']) expect(await output(['complete', shell])).toContain('simcash');
  });

  it('is a command like others: listed, and strict', async () => {
    expect(await output(['--help'])).toContain('complete');
    expect((await simcash(['complete', 'tcsh'])).code).toBe(2);
  });
});
