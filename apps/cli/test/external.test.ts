import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { simcash, temporaryDirectory } from './support/simcash.js';

/** Optimizers in other processes, which are talked to in lines of JSON (spec 17 §21). */
const EXAMPLES = path.resolve(import.meta.dirname, '../../../docs/examples/experiments');
const FILE = `
name: asked
scenario: twelve-period.yaml
evaluation:
  ticks: 12
  days: { search: 60, acceptance: 80, test: 40 }
convergence: { max_iterations: 3, certificate: false }
optimized_agents: [BANK_A]
policy_constraints:
  allowed_parameters: [{ name: initial_liquidity_fraction, param_type: float, min_value: 0, max_value: 1 }]
`;

/** A program that answers requests as told, and writes down what it hears. */
const program = (answers: string): string => `
import { appendFileSync } from 'node:fs';
import { createInterface } from 'node:readline';
const say = (message) => console.log(typeof message === 'string' ? message : JSON.stringify(message));
const share = (initial_liquidity_fraction) => ({ initial_liquidity_fraction });
const answer = { hello: () => say({ type: 'ready', protocol: 1, name: 'test' }), ${answers} };
appendFileSync('heard', JSON.stringify({ type: 'environment', keys: Object.keys(process.env).filter((name) => name.endsWith('_API_KEY')) }) + '\\n');
for await (const line of createInterface({ input: process.stdin })) {
  appendFileSync('heard', line + '\\n');
  const message = JSON.parse(line);
  answer[message.type]?.(message);
}
`;

type Heard = Record<string, unknown> & { type: string };

async function ask(
  answers: string,
  { changes = (text: string) => text, flags = [] as string[] } = {},
): Promise<{ code: number; stdout: string; stderr: string; heard: Heard[] }> {
  const cwd = temporaryDirectory({
    'x.yaml': changes(FILE),
    'program.mjs': program(answers),
    'twelve-period.yaml': readFileSync(path.join(EXAMPLES, 'scenarios/twelve-period.yaml'), 'utf8'),
  });
  const outcome = await simcash(
    ['experiment', 'run', 'x.yaml', '--external', `"${process.execPath}" program.mjs`, '--id', 'x', '--db', 'x.duckdb', ...flags],
    { cwd, env: { OPENAI_API_KEY: 'sk-secret' } },
  );
  const text = readFileSync(path.join(cwd, 'heard'), 'utf8');
  return {
    ...outcome,
    heard: text
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as Heard),
    cwd,
  } as never;
}

describe('a program', () => {
  it('is told of the game, evaluates within its budget, proposes, and hears what became of it', async () => {
    const { heard, stdout } = await ask(`
      propose: ({ id }) => say({ type: 'evaluate', id, candidates: [share(0.25), share(1.5)], from_day: 10, days: 50, costs: true }),
      evaluated: ({ id }) => say({ type: 'proposal', id, candidates: [share(0.25)] }),
    `);
    expect(heard.find(({ type }) => type === 'environment')).toEqual({ type: 'environment', keys: [] });
    expect(heard.find(({ type }) => type === 'hello')).toMatchObject({
      ...{ protocol: 1, experiment: 'asked', bank: 'BANK_A', seed: expect.any(Number), days: { search: 60, acceptance: 80 } },
      space: [{ name: 'initial_liquidity_fraction', param_type: 'float', min_value: 0, max_value: 1 }],
      rule: { alpha: 0.05, min_settlement_rate: 0.95 },
    });
    expect(heard.find(({ type }) => type === 'propose')).toMatchObject({
      ...{ id: 1, iteration: 0, current: { initial_liquidity_fraction: 0.5 }, budget: { simulations: 378 }, timeout_seconds: 60 },
    });
    const evaluated = heard.find(({ type }) => type === 'evaluated') as unknown as { results: Record<string, unknown>[] };
    expect(evaluated).toMatchObject({ id: 1, budget: { simulations: 328 } });
    expect(evaluated.results[0]).toMatchObject({ n: 50, admissible: true, costs: expect.any(Array) });
    expect(evaluated.results[1]).toEqual({ error: expect.stringContaining('must lie between 0 and 1') });
    expect(heard.find(({ type }) => type === 'observe')).toMatchObject({
      ...{ id: 1, index: 0, decision: 'accepted', reason: 'better', p_value: expect.any(Number) },
      saving: { mean: expect.any(Number), lower: expect.any(Number), upper: expect.any(Number) },
    });
    expect(heard.filter(({ type }) => type === 'propose')).toHaveLength(2);
    expect(heard.at(-1)).toEqual({ type: 'end', ending: 'drifting' });
    expect(stdout).toContain('optimizer external');
  });

  it('may hand over several candidates, of which the best is accepted', async () => {
    const { heard, stdout } = await ask(`
      propose: ({ id, iteration }) => say(iteration === 0 ? { type: 'proposal', id, candidates: [share(0.4), share(0.25), share(0.5), share(0.9)] } : { type: 'no_proposal', id, reason: 'enough' }),
    `);
    const observed = heard
      .filter(({ type }) => type === 'observe')
      .map(({ decision, index, reason }) => [index, decision, reason]);
    expect(observed).toEqual([
      [0, 'rejected', 'better_but_not_best'],
      [1, 'accepted', 'better'],
      [2, 'rejected', 'same_policy'],
      [3, 'rejected', 'not_better'],
    ]);
    expect(stdout).toContain('no proposal: enough');
  });

  it('is told what is wrong with its lines, and after three of them its proposal is none', async () => {
    const { heard, stdout } = await ask(`
      propose: ({ id }) => say({ type: 'evaluate', id, candidates: [share(0.2)], from_day: 0, days: 61 }),
      error: ({ message }) => say(message.includes('search days') ? '[' : { type: 'proposal', id: 7, candidates: [share(0.2)] }),
    `);
    expect(
      heard
        .filter(({ type }) => type === 'error')
        .map(({ message }) => message)
        .slice(0, 3),
    ).toEqual(['there are 60 search days', 'the line is no JSON', 'the id is 1, not 7']);
    expect(stdout).toContain('3 lines of the program had mistakes');
  });

  it('cannot simulate beyond its budget', async () => {
    const { heard } = await ask(`
      propose: ({ id }) => say({ type: 'evaluate', id, candidates: Array.from({ length: 10 }, (_, i) => share(i / 10)), from_day: 0, days: 60 }),
      error: ({ id }) => say({ type: 'no_proposal', id, reason: 'too dear' }),
    `);
    expect(heard.find(({ type }) => type === 'error')).toMatchObject({ message: '600 simulations are more than the 378 left' });
  });

  it('may ask for too much as often as it likes: that simulates nothing, and is no mistake', async () => {
    const { stdout } = await ask(`
      propose: ({ id }) => { globalThis.asked = 0; say({ type: 'evaluate', id, candidates: [share(0.1)], from_day: 50, days: 60 }); },
      error: ({ id }) =>
        ++globalThis.asked < 5
          ? say({ type: 'evaluate', id, candidates: [share(0.1)], from_day: 50, days: 60 })
          : say({ type: 'proposal', id, candidates: [share(0.25)] }),
    `);
    expect(stdout).toContain('initial_liquidity_fraction 0.5 → 0.25');
  });

  it('that says anything else than ready is told so three times, and ended', async () => {
    const { code, heard, stderr, stdout } = await ask(`
      hello: () => say({ type: 'ready', protocol: 1 }),
      error: () => say('hello'),
    `);
    expect(heard.filter(({ type }) => type === 'error').slice(0, 3)).toHaveLength(3);
    expect(stderr).toContain('for BANK_A: it did not say that it is ready');
    expect(stdout).toContain('no proposals: nothing valid was ever proposed');
    expect(code).toBe(1);
  });

  it('that does not exist is refused before anything is stored', async () => {
    const cwd = temporaryDirectory({
      'x.yaml': FILE,
      'twelve-period.yaml': readFileSync(path.join(EXAMPLES, 'scenarios/twelve-period.yaml'), 'utf8'),
    });
    const { code, stderr } = await simcash(['experiment', 'run', 'x.yaml', '--external', 'no-such-program', '--db', 'x.duckdb'], {
      cwd,
    });
    expect([code, stderr]).toEqual([2, expect.stringContaining('--external: there is no program no-such-program')]);
    expect(existsSync(path.join(cwd, 'x.duckdb'))).toBe(false);
  });

  it('that says nothing is ended, and started anew for the next proposal', async () => {
    const { code, heard, stderr, stdout } = await ask('', { flags: ['--external-timeout', '1'] });
    expect(heard.filter(({ type }) => type === 'hello')).toHaveLength(2);
    expect(stderr).toContain('for BANK_A: no line came in time');
    expect(stdout).toContain('no proposals: nothing valid was ever proposed');
    expect(code).toBe(1);
  });

  it('that ends is given up at once', async () => {
    const { stderr, stdout } = await ask(`propose: () => { console.error('\\u001b[31mno more'); process.exit(3); }`);
    expect(stderr).toContain('is given up: 1 request failed');
    expect(stderr).toContain('no more');
    expect(stderr).not.toContain('\u001b[31m');
    expect(stdout).toContain('Stopped after 2 iterations');
  });

  it('proposes from the store when the run is reproduced', async () => {
    const { cwd } = (await ask(`
      propose: ({ id }) => say({ type: 'evaluate', id, candidates: [share(0.25)], from_day: 0, days: 50 }),
      evaluated: ({ id }) => say({ type: 'proposal', id, candidates: [share(0.25), share(0.3)] }),
    `)) as unknown as { cwd: string };
    const { code, stdout } = await simcash(['experiment', 'reproduce', 'x', '--db', 'x.duckdb'], { cwd });
    expect([code, stdout]).toEqual([0, expect.stringMatching(/^reproduced: \d+ rows$/m)]);
  });
});

describe('a file', () => {
  it('cannot name a program', async () => {
    const cwd = temporaryDirectory({
      'x.yaml': `${FILE}optimizer: { type: external }\n`,
      'twelve-period.yaml': readFileSync(path.join(EXAMPLES, 'scenarios/twelve-period.yaml'), 'utf8'),
    });
    const { code, stderr } = await simcash(['experiment', 'run', 'x.yaml', '--db', 'x.duckdb'], { cwd });
    expect([code, stderr]).toEqual([
      3,
      expect.stringContaining('the optimizer external needs a program, which a file cannot name'),
    ]);
  });
});

it('the example in Python does what it says', async () => {
  const cwd = temporaryDirectory({
    'x.yaml': FILE,
    'twelve-period.yaml': readFileSync(path.join(EXAMPLES, 'scenarios/twelve-period.yaml'), 'utf8'),
  });
  const command = `python3 "${path.join(EXAMPLES, 'halving.py')}"`;
  const { stdout } = await simcash(['experiment', 'run', 'x.yaml', '--external', command, '--db', 'x.duckdb'], { cwd });
  expect(stdout).toMatch(/BANK_A: initial_liquidity_fraction 0\.5 → 0\.25 .* accepted/);
});
