import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { output, simcash, temporaryDirectory } from './support/simcash.js';

/** `simcash init`: files to begin with, all of which work. */

describe('simcash init', () => {
  const cwd = temporaryDirectory();

  it('writes files that are valid, run, and say how', async () => {
    const text = await output(['init', 'study'], { cwd });
    const folder = path.join(cwd, 'study');
    expect(readdirSync(folder).sort()).toEqual([
      'environment.yaml',
      'experiment.yaml',
      'policy.json',
      'scenario.yaml',
      'sweep.yaml',
    ]);
    const commands = [...text.matchAll(/: simcash (.+)$/gm)].map(([, line]) => line!.split(' '));
    expect(commands).toHaveLength(5);
    for (const command of [...commands, ['validate', 'scenario.yaml'], ['sweep', 'run', 'sweep.yaml', '--dry-run']]) {
      const { code, stderr } = await simcash([...command, '-q'], { cwd: folder });
      expect({ command, code, stderr }).toEqual({ command, code: 0, stderr: '' });
    }
  });

  it('writes nothing where one of the files is there already, unless that is meant', async () => {
    const folder = path.join(cwd, 'mine');
    mkdirSync(folder);
    writeFileSync(path.join(folder, 'sweep.yaml'), 'mine');
    const { code, stderr } = await simcash(['init', 'mine'], { cwd });
    expect(code).toBe(2);
    expect(stderr).toContain('sweep.yaml');
    expect(readdirSync(folder)).toEqual(['sweep.yaml']);
    expect((await simcash(['init', 'mine', '--force', '-q'], { cwd })).code).toBe(0);
    expect(readFileSync(path.join(folder, 'sweep.yaml'), 'utf8')).toContain('How much credit');
  });

  it('refuses what is no directory', async () => {
    writeFileSync(path.join(cwd, 'file'), '');
    expect((await simcash(['init', 'file'], { cwd })).code).toBe(2);
    expect((await simcash(['init', 'file/below'], { cwd })).code).toBe(1);
    expect(existsSync(path.join(cwd, 'file', 'below'))).toBe(false);
  });
});
