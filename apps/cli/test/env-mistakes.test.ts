import { spawnSync } from 'node:child_process';
import { chmodSync, existsSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { simcash, temporaryDirectory } from './support/simcash.js';

/** `simcash env` where something is wrong: with what is stored, and with what Python is given (spec 18 §6). */

let cwd: string;
beforeAll(async () => {
  cwd = temporaryDirectory();
  writeFileSync(path.join(cwd, 'simcash_env.py'), (await simcash(['env', '--client', 'python'])).stdout);
});

const WORLD = (ids: readonly string[]): string =>
  JSON.stringify({
    simulation: { ticks_per_day: 3, num_days: 3, rng_seed: 1 },
    agents: ids.map((id) => ({ id, opening_balance: 1000, liquidity_pool: 1000, policy: { type: 'Fifo' } })),
    scenario_events: [
      {
        type: 'CustomTransactionArrival',
        from_agent: ids[0],
        to_agent: ids[1],
        amount: 500,
        deadline: 2,
        schedule: { type: 'Repeating', start_tick: 0, interval: 1 },
      },
    ],
  });

/** Plays an episode that is cut off in the morning of day 1 and stores it. */
async function storeCut(ids: readonly string[], db: string) {
  const [id] = ids;
  writeFileSync(path.join(cwd, 'w.json'), WORLD(ids));
  const decisions = [
    { at: 'day_start', action: 'fraction' },
    { at: 'tick', action: 'release_all' },
  ];
  writeFileSync(path.join(cwd, 'e.json'), JSON.stringify({ scenario: 'w.json', learners: [id], decisions }));
  const steps = [0.5, 1, 0, 1, 0.25].map((action) => ({ do: 'step', actions: { [id!]: action } }));
  const input = [{ do: 'reset', seed: '5', max_steps: 5 }, ...steps].map((line) => `${JSON.stringify(line)}\n`).join('');
  const { code, stderr, stdout } = await simcash(['env', 'e.json', '--stdio', '--save', '--db', db], { cwd, input });
  return { code, stderr, answers: stdout.split('\n').length - 1, run: /stored as (\S+)/.exec(stderr)?.[1] };
}

describe('an episode that is cut off before a day has begun', () => {
  it.each([
    ['A', 'B'],
    ['a.b', 'a'],
    ['"quoted"', '0'],
    ['constructor', 'é😀'],
  ])('is stored and verifies, whatever its learner is called: %j', async (...ids) => {
    const { answers, code, run } = await storeCut(ids as string[], `${ids.length}${encodeURIComponent(ids[0]!)}.duckdb`);
    expect({ answers, code }).toEqual({ answers: 6, code: 0 });
    const db = `${ids.length}${encodeURIComponent(ids[0]!)}.duckdb`;
    expect(await simcash(['replay', run!, '--verify', '--db', db], { cwd })).toMatchObject({ code: 0 });
  });

  it('is stored if another bank is called as the policy of the learner would be', async () => {
    expect(await storeCut(['A', 'A.policy'], 'policy.duckdb')).toMatchObject({ code: 0, answers: 6 });
  });
});

describe('a definition with its scenario in it', () => {
  it('is refused as other input is if a policy reads a field that is not there', async () => {
    const tree = {
      type: 'condition',
      node_id: 'q',
      condition: { op: '>', left: { field: 'moon' }, right: { value: 0 } },
      on_true: { type: 'action', node_id: 'p', action: 'Release' },
      on_false: { type: 'action', node_id: 'h', action: 'Hold' },
    };
    const scenario = JSON.parse(WORLD(['A', 'B'])) as { agents: { policy: object }[] };
    const policy = { version: '1.0', policy_id: 'x', payment_tree: tree };
    scenario.agents[0]!.policy = { type: 'InlineJson', json_string: JSON.stringify(policy) };
    const decisions = [{ at: 'tick', action: 'release_all' }];
    writeFileSync(path.join(cwd, 'inline.json'), JSON.stringify({ scenario, learners: ['B'], decisions }));
    const { code, stderr } = await simcash(['env', 'check', 'inline.json'], { cwd });
    expect(code).toBe(3);
    expect(stderr).not.toContain('internal error');
  });
});

const PYTHON = spawnSync('python3', ['--version']).status === 0;

describe.skipIf(!PYTHON)('the Python client', () => {
  /** A command that answers as it is told, and what comes of a program that talks to it. */
  function talk(script: string, program: string): string {
    writeFileSync(path.join(cwd, 'other.sh'), `#!/bin/sh\n${script}\n`);
    chmodSync(path.join(cwd, 'other.sh'), 0o755);
    writeFileSync(
      path.join(cwd, 'program.py'),
      `from simcash_env import SimCash, SimCashError
def told(work):
    try:
        work()
        return "nothing"
    except SimCashError as error:
        return error.code
    except Exception as error:
        return type(error).__name__
${program}`,
    );
    const { status, stderr, stdout } = spawnSync('python3', ['program.py'], { cwd, encoding: 'utf8' });
    if (status !== 0) throw new Error(stderr);
    return stdout.trim();
  }
  const SPEC = `read -r line; echo '{"learners":["A"]}'`;
  const OPEN = 'env = SimCash("x", "./other.sh")\n';

  it('says of a process that has ended that it has, as often as it is asked, and closes as often as it is told', () => {
    const program = `${OPEN}print([told(env.reset), told(env.events)])\nenv.close()\nenv.close()\nprint(told(env.reset))`;
    expect(talk(`${SPEC}; exit 3`, program)).toBe("['closed', 'closed']\nclosed");
  });

  it.each(['not JSON', '[1]', '{"error":{"code":"x"}}', '{}'])(
    'says of an answer that nobody can read that it is one: %s',
    (line) => {
      const answer = talk(`${SPEC}; read -r line; echo '${line}'; read -r line`, `${OPEN}print(told(env.reset))\nenv.close()`);
      expect(answer).not.toMatch(/Error/);
    },
  );

  it('says of a command that is not there that it is not', () => {
    expect(talk('', 'print(told(lambda: SimCash("x", "./nowhere.sh")))')).not.toMatch(/Error/);
  });

  it('does not say of an action that is none that the process has ended', () => {
    const program = `${OPEN}x = []\nx.append(x)\nprint(told(lambda: env.step({"A": x})))\nenv.close()`;
    expect(talk(`${SPEC}; read -r line`, program)).not.toBe('closed');
  });

  it('keeps its agents when a reset is refused', () => {
    const reset = `echo '{"observations":{},"infos":{"A":{}},"seed":"1"}'`;
    const refusal = `echo '{"error":{"code":"bad_json","message":"no","path":"seed"}}'`;
    const program = `${OPEN}env.reset()\ntold(lambda: env.reset(seed=-1))\nprint(env.agents)\nenv.close()`;
    expect(talk(`${SPEC}; read -r line; ${reset}; read -r line; ${refusal}; read -r line`, program)).toBe("['A']");
  });

  it('lets a process finish that stores an episode', () => {
    talk(`${SPEC}; while read -r line; do sleep 6; echo done > stored; done`, `${OPEN}env.close()`);
    expect(existsSync(path.join(cwd, 'stored'))).toBe(true);
  });
});
