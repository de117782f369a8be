import { spawnSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { COMMAND, simcash, temporaryDirectory } from './support/simcash.js';

/** `simcash env` as a process, from a shell and from Python (spec 18 §6). */

const SCENARIO = readFileSync(
  path.resolve(import.meta.dirname, '../../../docs/examples/experiments/scenarios/twelve-period.yaml'),
  'utf8',
);
const DEFINITION = `scenario: world.yaml
learners: [BANK_A, BANK_B]
decisions:
  - { at: day_start, action: fraction, levels: 5 }
  - { at: tick, action: release_all }
seed: 7
`;

let cwd: string;
beforeAll(() => {
  cwd = temporaryDirectory({ 'world.yaml': SCENARIO, 'env.yaml': DEFINITION });
});

const lines = (...commands: object[]): string => commands.map((command) => `${JSON.stringify(command)}\n`).join('');
const both = (action: unknown): object => ({ do: 'step', actions: { BANK_A: action, BANK_B: action } });
const EPISODE = lines({ do: 'reset', seed: '42' }, both(2), ...new Array<object>(12).fill(both(1)));

describe('simcash env check', () => {
  it('shows what learners see, may do and are paid', async () => {
    const { code, stdout } = await simcash(['env', 'check', 'env.yaml'], { cwd });
    expect(code).toBe(0);
    expect(stdout).toContain('env.yaml: valid\n');
    expect(stdout).toContain('day_start  fraction: a whole number from 0 to 4\n');
    expect(stdout).toContain('tick       release_all: a whole number from 0 to 1\n');
  });

  it('prints the definition with its defaults and the spaces', async () => {
    const { stdout } = await simcash(['env', 'check', 'env.yaml', '--json'], { cwd });
    expect(JSON.parse(stdout)).toMatchObject({
      valid: true,
      environment: { episode: { ticks: 12 }, reward: { scale: 1, per: 'step' }, seed: '7' },
      action: { day_start: { type: 'discrete', n: 5 } },
    });
  });

  it.each([
    ['learners: [BANK_C]', 'learners: [BANK_A, BANK_B]', "learners: there is no bank 'BANK_C'"],
    ['learners: [BANK_A, BANK_A]', 'learners: [BANK_A, BANK_B]', "learners: 'BANK_A' is named twice"],
    ['episode: { days: 2 }\nseed: 7', 'seed: 7', 'episode.days: the scenario ends after 1'],
    ['sead: 7', 'seed: 7', 'sead: is no key here'],
    ['scenario: nowhere.yaml', 'scenario: world.yaml', 'nowhere.yaml'],
    ['scenario: /etc/passwd', 'scenario: world.yaml', '/etc/passwd leads out of the folder of the file'],
    [
      'action: parameters, names: [x], bounds: [[0, 1]]',
      'action: fraction, levels: 5',
      'the policy of BANK_A is no document with parameters',
    ],
    ['observation: { fields: [amount] }\nseed: 7', 'seed: 7', "'amount' is no field that bank trees can read"],
  ])('refuses %s', async (wrong, right, message) => {
    writeFileSync(path.join(cwd, 'wrong.yaml'), DEFINITION.replace(right, wrong));
    const { code, stderr, stdout } = await simcash(['env', 'check', 'wrong.yaml'], { cwd });
    expect({ code, stdout }).toEqual({ code: 3, stdout: '' });
    expect(stderr).toContain(message);
  });
});

describe('simcash env --stdio', () => {
  it('answers a line with a line until the input ends, and writes nothing else', async () => {
    const { code, stderr, stdout } = await simcash(['env', 'env.yaml', '--stdio'], { cwd, input: `${EPISODE}not JSON\n` });
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    const answers = stdout
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line) as Record<string, unknown>);
    expect(answers).toHaveLength(15);
    expect(answers[13]).toMatchObject({ terminations: { BANK_A: true, BANK_B: true } });
    expect(answers[14]).toMatchObject({ error: { code: 'bad_json' } });
    expect((await simcash(['env', 'env.yaml', '--stdio'], { cwd, input: `${EPISODE}not JSON\n` })).stdout).toBe(stdout);
  });

  it('is done when it is told to close', async () => {
    const { code, stdout } = await simcash(['env', 'env.yaml', '--stdio'], {
      cwd,
      input: lines({ do: 'close' }, { do: 'spec' }),
    });
    expect({ code, stdout }).toEqual({ code: 0, stdout: '{}\n' });
  });

  it('answers a line without an end, and goes on after one that is too long', async () => {
    const input = `${'x'.repeat(16 * 1024 * 1024 + 1)}\n{"do":"close"}`;
    const { stdout } = await simcash(['env', 'env.yaml', '--stdio'], { cwd, input });
    const [first, second] = stdout.split('\n');
    expect(JSON.parse(first!)).toMatchObject({ error: { code: 'bad_json', message: 'a line has at most 16777216 bytes' } });
    expect(second).toBe('{}');
  });

  it('stores episodes as runs that verify, and says of a payment that a learner held that it could have been paid', async () => {
    const held = lines({ do: 'reset', seed: '42' }, both(4), ...new Array<object>(12).fill(both(0)));
    const { stderr } = await simcash(['env', 'env.yaml', '--stdio', '--save'], { cwd, input: EPISODE + held });
    const ids = [...stderr.matchAll(/stored as (\S+)/g)].map(([, id]) => id!);
    expect(ids).toHaveLength(2);
    for (const id of ids) expect((await simcash(['replay', id, '--verify'], { cwd })).code).toBe(0);
    const explained = await simcash(['explain', ids[1]!, 'T00000001', '--tick', '3'], { cwd });
    expect(explained.stdout).toContain(
      'held by the learner (a decision from outside, in place of the payment tree); it could have paid',
    );
  });

  it.each([
    [['env'], 'name an environment file, or --client python'],
    [['env', 'env.yaml'], '--stdio is missing'],
    [['env', 'env.yaml', '--client', 'python'], '--client prints a file and goes with nothing else'],
    [['env', '--client', 'cobol'], 'cobol'],
  ])('refuses %j', async (args, message) => {
    const { code, stderr } = await simcash(args, { cwd });
    expect(code).toBe(2);
    expect(stderr).toContain(message);
  });
});

const PYTHON = spawnSync('python3', ['--version']).status === 0;
const has = (module: string): boolean => PYTHON && spawnSync('python3', ['-c', `import ${module}`]).status === 0;

describe.skipIf(!PYTHON)('the Python client', () => {
  const python = (program: string): string => {
    writeFileSync(path.join(cwd, 'program.py'), program);
    const { SIMCASH: _, ...env } = process.env;
    const { status, stderr, stdout } = spawnSync('python3', ['program.py'], {
      cwd,
      encoding: 'utf8',
      env: { ...env, SIMCASH: `${process.execPath} ${COMMAND}` },
    });
    if (status !== 0) throw new Error(stderr);
    return stdout;
  };
  beforeAll(async () => {
    writeFileSync(path.join(cwd, 'simcash_env.py'), (await simcash(['env', '--client', 'python'])).stdout);
  });

  it('gives the episode that the lines give', async () => {
    const out = python(`
import json
from simcash_env import SimCash
with SimCash("env.yaml") as env:
    observations, infos = env.reset(seed=42)
    total = {bank: 0 for bank in env.agents}
    while env.agents:
        action = 2 if observations["BANK_A"]["point"] == "day_start" else 1
        observations, rewards, terminations, truncations, infos = env.step({bank: action for bank in env.agents})
        total = {bank: total[bank] + rewards[bank] for bank in total}
    print(json.dumps([total, {bank: info["totals"]["total"] for bank, info in infos.items()}, env.seed, len(env.events())]))
`);
    const [rewards, totals, seed] = JSON.parse(out) as [Record<string, number>, Record<string, number>, number];
    expect(seed).toBe(42);
    const { stdout } = await simcash(['env', 'env.yaml', '--stdio'], { cwd, input: EPISODE });
    const last = JSON.parse(stdout.trimEnd().split('\n').at(-1)!) as { infos: Record<string, { totals: { total: number } }> };
    for (const bank of ['BANK_A', 'BANK_B']) {
      expect(totals[bank]).toBe(last.infos[bank]!.totals.total);
      expect(rewards[bank]).toBe(-totals[bank]!);
    }
  });

  it('turns errors into exceptions, and goes on in copies', () => {
    const out = python(`
from simcash_env import SimCash, SimCashError
env = SimCash("env.yaml")
for attempt in (lambda: env.step({}), lambda: (env.reset(), env.step({"BANK_A": 9, "BANK_B": 0})), lambda: env.use(5)):
    try:
        attempt()
    except SimCashError as error:
        print(error.code, error.path)
copy = env.fork()
first, *_ = env.step({"BANK_A": 4, "BANK_B": 4})
env.use(copy)
second, *_ = env.step({"BANK_A": 4, "BANK_B": 4})
print(first == second)
env.drop(copy)
env.close()
env.close()
try:
    SimCash("nowhere.yaml")
except SimCashError as error:
    print(error.code)
`);
    expect(out).toBe('not_reset \ninvalid_action actions.BANK_A\nunknown_environment environment\nTrue\nclosed\n');
  });

  it.skipIf(!has('gymnasium'))('passes the checker of Gymnasium (skipped where that cannot be imported)', () => {
    writeFileSync(
      path.join(cwd, 'one.yaml'),
      `scenario: world.yaml\nlearners: [BANK_A]\ndecisions: [{ at: tick, action: release_all }]\n`,
    );
    python(`
from gymnasium.utils.env_checker import check_env
from simcash_env import Env
check_env(Env("one.yaml"), skip_render_check=True)
`);
  });

  it.skipIf(!has('pettingzoo'))('passes the test of PettingZoo (skipped where that cannot be imported)', () => {
    writeFileSync(path.join(cwd, 'two.yaml'), DEFINITION.replace(/ {2}- \{ at: day_start.*\n/, ''));
    python(`
from pettingzoo.test import parallel_api_test
from simcash_env import ParallelEnv
parallel_api_test(ParallelEnv("two.yaml"), num_cycles=50)
`);
  });
});
