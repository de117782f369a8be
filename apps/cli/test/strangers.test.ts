import { existsSync, linkSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { spawnSync } from 'node:child_process';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ModelServer, says } from '../../../packages/experiments/test/llm/support/server.js';
import { filesIn, QUIET_SCENARIO, simcash, temporaryDirectory, type Outcome } from './support/simcash.js';

/** Files of strangers are data: what they name outside their folder is not read, written or sent (docs/reference/limits-and-trust.md). */
const EXAMPLES = path.resolve(import.meta.dirname, '../../../docs/examples/experiments');
const SECRET = 'sk-secret-of-the-user';
const KEYS = {
  OPENAI_API_KEY: SECRET,
  ANTHROPIC_API_KEY: SECRET,
  GEMINI_API_KEY: SECRET,
  OPENAI_COMPATIBLE_API_KEY: SECRET,
  SIMCASH_LLM_API_KEY: SECRET,
};

let server: ModelServer;
beforeAll(async () => {
  server = await ModelServer.start([says('nothing')]);
});
afterAll(() => server.close());

/** A folder of the stranger in a folder with decoys. */
function jail(files: Record<string, string>): { outside: string; inside: string } {
  const outside = temporaryDirectory({ 'secret.txt': 'the secret of the user', 'policy.json': '{}' });
  const inside = path.join(outside, 'from-a-stranger');
  mkdirSync(inside);
  for (const [name, text] of Object.entries(files)) writeFileSync(path.join(inside, name), text);
  return { outside, inside };
}

const experimentWith = (change: (text: string) => string): Record<string, string> => ({
  'e.yaml': change(readFileSync(path.join(EXAMPLES, 'exp1.yaml'), 'utf8').replace(/^scenario: .*/m, 'scenario: two.yaml')),
  'two.yaml': readFileSync(path.join(EXAMPLES, 'scenarios/two-period.yaml'), 'utf8'),
});

function expectNothing({ code, stderr, stdout }: Outcome, outside: string, said: RegExp): void {
  expect(code, stderr).not.toBe(0);
  expect(stderr).toMatch(said);
  for (const text of [stdout, stderr]) {
    expect(text).not.toContain('the secret');
    expect(text).not.toContain(SECRET);
  }
  expect(server.requests).toEqual([]);
  // The folders have what they had: files of the stranger, and those of the user.
  const names = Object.keys(filesIn(outside)).map((name) => path.basename(name));
  expect(names.filter((name) => !['e.yaml', 's.yaml', 'two.yaml'].includes(name)).sort()).toEqual(['policy.json', 'secret.txt']);
}

describe('an experiment of a stranger', () => {
  it.each([
    [
      'sends prompts and keys to no address of its own',
      (text: string) => `${text}\nllm: { model: "openai:gpt", base_url: "${server.url}" }\n`,
      /nothing is sent there on the word of a file/,
    ],
    [
      'sends no file of the user to anybody',
      (text: string) => `${text}\nllm: { model: "openai:gpt", system_prompt_file: ../secret.txt }\n`,
      /llm.system_prompt_file: \.\.\/secret\.txt leads out/,
    ],
    [
      'reads no scenario outside its folder',
      (text: string) => text.replace('two.yaml', '/etc/hostname'),
      /scenario: \/etc\/hostname leads out/,
    ],
    [
      'writes no database outside its folder',
      (text: string) => text.replace('directory: results', 'directory: ../../elsewhere'),
      /output: .* leads out of the folder/,
    ],
    [
      'reads no policy outside its folders',
      (text: string) => `${text}\ninitial_policies: { file: ../secret.txt }\n`,
      /leads out of the folders of the file/,
    ],
  ])('%s', async (_, change, said) => {
    const { inside, outside } = jail(experimentWith(change));
    const named = readFileSync(path.join(inside, 'e.yaml'), 'utf8').includes('\nllm:');
    for (const flags of named ? [[], ['--optimizer', 'llm']] : [[]]) {
      const outcome = await simcash(['experiment', 'run', 'e.yaml', '-q', ...flags], { cwd: inside, env: KEYS });
      expectNothing(outcome, outside, said);
    }
  });

  it('does not get out by a symbolic link either', async () => {
    const { inside, outside } = jail(experimentWith((text) => text.replace('two.yaml', 'link.yaml')));
    symlinkSync(path.join(outside, 'secret.txt'), path.join(inside, 'link.yaml'));
    const outcome = await simcash(['experiment', 'run', 'e.yaml'], { cwd: inside, env: KEYS });
    expectNothing(outcome, outside, /link\.yaml leads out of the folder/);
  });

  it('says before anything happens what would be read, written and sent', async () => {
    const { inside } = jail(experimentWith((text) => `${text}\nllm: { model: "openai:gpt" }\n`));
    const { stdout } = await simcash(['experiment', 'run', 'e.yaml', '--dry-run', '--optimizer', 'llm'], {
      cwd: inside,
      env: KEYS,
    });
    expect(stdout).toMatch(/^ {2}reads {3}e\.yaml, .*two\.yaml$/m);
    expect(stdout).toMatch(/^ {2}writes {2}.*results\/experiments\.db$/m);
    expect(stdout).toMatch(/^ {2}sends {3}prompts to openai:gpt at the provider's own address$/m);
    expect(existsSync(path.join(inside, 'results'))).toBe(false);
  });

  it('gets the key that was meant for the address, and no other, when the user names it', async () => {
    const { inside } = jail(experimentWith((text) => `${text}\nllm: { model: "openai:gpt", max_retries: 1 }\n`));
    const other = await ModelServer.start([says('nothing')]);
    const env = { ...KEYS, SIMCASH_LLM_API_KEY: 'sk-for-this-address' };
    const flags = ['--optimizer', 'llm', '--llm-base-url', other.url, '--db', 'x.db', '-q'];
    await simcash(['experiment', 'run', 'e.yaml', ...flags], { cwd: inside, env });
    expect(other.requests.length).toBeGreaterThan(0);
    expect(JSON.stringify(other.requests)).not.toContain(SECRET);
    expect(other.requests[0]!.headers.authorization).toBe('Bearer sk-for-this-address');
    await other.close();
  });
});

describe('a scenario of a stranger', () => {
  const policy = (json_path: string): string =>
    QUIET_SCENARIO.replace(/- id: A\n/, `- id: A\n    policy: { type: FromJson, json_path: ${json_path} }\n`);

  it('reads policies of its folders and of the library, and no other file', async () => {
    const { inside, outside } = jail({ 's.yaml': policy('../policy.json') });
    expectNothing(await simcash(['run', 's.yaml'], { cwd: inside }), outside, /the policy \.\.\/policy\.json leads out/);
    for (const file of ['/etc/passwd', '/dev/zero', '/proc/self/environ']) {
      writeFileSync(path.join(inside, 's.yaml'), policy(file));
      expectNothing(await simcash(['run', 's.yaml'], { cwd: inside }), outside, /leads out of the folders/);
    }
    const allowed = await simcash(['run', 's.yaml', '--allow-path', '/proc'], { cwd: inside });
    expect(allowed.stderr).toMatch(/no regular file|Invalid/);
  });
});

describe('only regular files are read', () => {
  it.skipIf(process.platform === 'win32')('so that none hangs and none has no end', async () => {
    const cwd = temporaryDirectory();
    spawnSync('mkfifo', [path.join(cwd, 'pipe.yaml')]);
    for (const file of ['pipe.yaml', '/dev/zero', '/dev/null']) {
      const { code, stderr } = await simcash(['validate', file], { cwd });
      expect(code).toBe(3);
      expect(stderr).toMatch(/is no regular file: a scenario can be read from one, or from stdin as -/);
    }
  });
});

describe('a name that cannot be looked at', () => {
  const LONG = 'x'.repeat(300);

  it.each([
    ['a circle of links', 'circle'],
    ['a name too long', LONG],
    ['a folder that is a circle', 'circle/x'],
    ['a folder whose name is too long', `${LONG}/x`],
    ['a folder that is a file', 's.yaml/x'],
  ])('is refused for what it is: %s', async (_, name) => {
    const cwd = temporaryDirectory({ 's.yaml': QUIET_SCENARIO });
    symlinkSync('circle', path.join(cwd, 'circle'));
    for (const [code, ...line] of [
      [3, 'validate', name],
      [3, 'payments', 'profile', name],
      [5, 'run', 's.yaml', '--save', '--db', name],
      [5, 'db', 'import', name, '--db', 'a.duckdb'],
      [5, 'db', 'info', '--db', name],
      [1, 'run', 's.yaml', '--events-out', name],
    ] as [number, ...string[]][]) {
      const outcome = await simcash(line, { cwd });
      expect({ line, code: outcome.code, stderr: outcome.stderr }).toEqual({
        line,
        code,
        stderr: expect.stringMatching(/^error: (?!internal)/),
      });
    }
  });
});

describe('an output destroys no input', () => {
  it('whatever it is called: the scenario, its policy, the database, links to them, what is no file', async () => {
    const cwd = temporaryDirectory({ 's.yaml': QUIET_SCENARIO });
    await simcash(['run', 's.yaml', '--save', '--id', 'x', '-q'], { cwd });
    symlinkSync('s.yaml', path.join(cwd, 'link.yaml'));
    linkSync(path.join(cwd, 'simcash.duckdb'), path.join(cwd, 'hard.ndjson'));
    const before = filesIn(cwd);
    for (const out of [
      's.yaml',
      'link.yaml',
      'simcash.duckdb',
      'hard.ndjson',
      './simcash.duckdb',
      'simcash.duckdb.wal',
      'new.duckdb',
      '/dev/full',
    ]) {
      const db = out === 'new.duckdb' ? ['--db', './new.duckdb'] : [];
      const outcome = await simcash(['run', 's.yaml', '--save', '-q', '--force', '--events-out', out, ...db], { cwd });
      expect(outcome.code, out).toBe(2);
      expect(outcome.stderr).toMatch(/would destroy|is no regular file/);
    }
    expect(filesIn(cwd)).toEqual(before);
  });

  it('nor an older file, unless it is told to', async () => {
    const cwd = temporaryDirectory({ 's.yaml': QUIET_SCENARIO, 'log.ndjson': 'mine' });
    const refused = await simcash(['run', 's.yaml', '-q', '--events-out', 'log.ndjson'], { cwd });
    expect(refused).toMatchObject({ code: 2, stdout: '' });
    expect(refused.stderr).toContain('--events-out log.ndjson is there already: name another file, or replace it with --force');
    expect(readFileSync(path.join(cwd, 'log.ndjson'), 'utf8')).toBe('mine');
    expect((await simcash(['run', 's.yaml', '-q', '--force', '--events-out', 'log.ndjson'], { cwd })).code).toBe(0);
    expect(readFileSync(path.join(cwd, 'log.ndjson'), 'utf8')).toMatch(/^\{"event_type":/);
    expect(Object.keys(filesIn(cwd))).toEqual(['log.ndjson', 's.yaml']);
  });
});
