import { truncateSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { temporaryDirectory } from '../support/simcash.js';
import { KNOWN } from './support/known.js';
import { measured } from './support/measured.js';

/** Just above every limit of docs/reference/limits-and-trust.md: its own error, before much memory or time is gone. */
const MEGABYTES = 1024;
const SECONDS = 20;

interface Case {
  args: readonly string[];
  /** Writes the files into the folder. */
  files: (folder: string) => void;
  code: number;
  says: RegExp;
}

const put =
  (name: string, text: () => string) =>
  (folder: string): void =>
    writeFileSync(path.join(folder, name), text());

const bank = (id: string, more: object = {}): object => ({ id, opening_balance: 1_000_000, ...more });
const scenario = (agents: readonly object[], more: object = {}): string =>
  JSON.stringify({ simulation: { ticks_per_day: 3, num_days: 1, rng_seed: 1 }, agents, ...more });
const arrivals = (rate_per_tick: number): object => ({
  arrival_config: {
    rate_per_tick,
    amount_distribution: { type: 'Uniform', min: 1, max: 9 },
    counterparty_weights: { B: 1 },
    deadline_range: [1, 2],
  },
});
const policy = (payment_tree: object): string => JSON.stringify({ version: '2.0', policy_id: 'p', payment_tree });
const deepTree = (depth: number): object => {
  let tree: object = { type: 'action', node_id: 'end', action: 'Release' };
  for (let i = 1; i < depth; i++) {
    const never = { type: 'action', node_id: `a${i}`, action: 'Hold' };
    const condition = { op: '>', left: { field: 'balance' }, right: { value: 0 } };
    tree = { type: 'condition', node_id: `c${i}`, condition, on_true: tree, on_false: never };
  }
  return tree;
};
const payment = (amount: number, tick = 0): object => ({
  type: 'CustomTransactionArrival',
  from_agent: 'A',
  to_agent: 'B',
  amount,
  deadline: 2,
  schedule: { type: 'OneTime', tick },
});

const SPLIT = policy({ type: 'action', node_id: 's', action: 'Split', parameters: { num_splits: { value: 10_001 } } });

const ABOVE: Readonly<Record<string, Case>> = {
  'bytes of a text file': {
    args: ['run', 's.yaml'],
    files: (folder) => {
      writeFileSync(path.join(folder, 's.yaml'), '');
      truncateSync(path.join(folder, 's.yaml'), 64 * 1024 * 1024 + 1);
    },
    code: 3,
    says: /^error: scenario file s\.yaml has 67108865 bytes, more than the 67108864 that are read$/m,
  },
  'bytes of a policy document': {
    args: ['policy', 'validate', 'p.json'],
    files: put('p.json', () =>
      policy({ type: 'action', node_id: 'a', action: 'Release', description: 'x'.repeat(16 * 1024 * 1024) }),
    ),
    code: 3,
    says: /16777216|16 MiB|too large|longer/,
  },
  'bytes of a policy document within a scenario': {
    args: ['run', 's.json'],
    files: put('s.json', () =>
      scenario([
        bank('A', { policy: { type: 'InlineJson', json_string: `${policy(deepTree(1))}${' '.repeat(16 * 1024 * 1024)}` } }),
        bank('B'),
      ]),
    ),
    code: 3,
    says: /16777216|16 MiB|too large|longer/,
  },
  'levels within each other in YAML': {
    args: ['run', 's.yaml'],
    files: put('s.yaml', () => `agents: ${'['.repeat(201)}${']'.repeat(201)}`),
    code: 3,
    says: /^error: s\.yaml.*200/m,
  },
  'levels within each other in JSON': {
    args: ['run', 's.json'],
    files: put('s.json', () => `{"agents": ${'['.repeat(201)}${']'.repeat(201)}}`),
    code: 3,
    says: /^error: s\.json.*200/m,
  },
  'a million levels': {
    args: ['run', 's.yaml'],
    files: put('s.yaml', () => '['.repeat(1_000_000)),
    code: 3,
    says: /^error: s\.yaml.*200/m,
  },
  'a million levels of a policy': {
    args: ['policy', 'validate', 'p.json'],
    files: put('p.json', () => '{"a":'.repeat(1_000_000)),
    code: 3,
    says: /^error: p\.json/m,
  },
  'alternatives of an alias in YAML': {
    args: ['run', 's.yaml'],
    files: put('s.yaml', () =>
      [
        'a0: &a0 [x, x, x, x, x, x, x, x, x]',
        ...Array.from({ length: 12 }, (_, i) => `a${i + 1}: &a${i + 1} [${`*a${i}, `.repeat(9)}]`),
      ].join('\n'),
    ),
    code: 3,
    says: /alias/i,
  },
  'depth of a policy tree': {
    args: ['policy', 'validate', 'p.json'],
    files: put('p.json', () => policy(deepTree(102))),
    code: 3,
    says: /depth|deep/i,
  },
  banks: {
    args: ['run', 's.json'],
    files: put('s.json', () =>
      JSON.stringify({
        ticks_per_day: 1,
        num_days: 1,
        rng_seed: 1,
        agent_configs: Array.from({ length: 200_001 }, (_, i) => ({
          id: `B${i}`,
          opening_balance: 0,
          unsecured_cap: 0,
          policy: { type: 'Fifo' },
        })),
      }),
    ),
    code: 3,
    says: /banks.*200000|200000.*banks|200,000|200001/,
  },
  'rate of a generator': {
    args: ['run', 's.json'],
    files: put('s.json', () => scenario([bank('A', arrivals(100_001)), bank('B')])),
    code: 1,
    says: /100001|arrivals_per_bank_and_tick/,
  },
  'payments of a tick': {
    args: ['run', 's.json'],
    files: put('s.json', () => scenario([...Array.from({ length: 12 }, (_, i) => bank(`A${i}`, arrivals(100_000))), bank('B')])),
    code: 1,
    says: /1000001|payments_per_tick|1000000/,
  },
  'parts of one split': {
    args: ['run', 's.json'],
    files: put('s.json', () =>
      scenario([bank('A', { policy: { type: 'InlineJson', json_string: SPLIT } }), bank('B')], {
        scenario_events: [payment(900_000)],
      }),
    ),
    code: 1,
    says: /10001|parts_per_split/,
  },
  'a sum of money': {
    args: ['run', 's.json'],
    files: put('s.json', () =>
      scenario(
        [bank('A', { opening_balance: Number.MAX_SAFE_INTEGER }), bank('B', { opening_balance: Number.MAX_SAFE_INTEGER })],
        {
          scenario_events: [payment(1)],
        },
      ),
    ),
    code: 1,
    says: /9007199254740991|2\^53|money|range/i,
  },
  'combinations of an equilibrium': {
    args: ['experiment', 'equilibrium', 's.json', '--grid', '0.001'],
    files: put('s.json', () => scenario([bank('A', { liquidity_pool: 1000 }), bank('B', { liquidity_pool: 1000 })])),
    code: 3,
    says: /^error: 2 banks with 1001 choices each make 1002001 cells/m,
  },
};

/** What takes a while and ends by the user's word, or runs long because it was asked to. */
describe('just above a limit', () => {
  it.each(Object.entries(ABOVE))('%s', async (name, { args, code, files, says }) => {
    const cwd = temporaryDirectory();
    files(cwd);
    const outcome = await measured(args, { cwd, timeout: 100_000 });
    const problems: string[] = [];
    const check = (holds: boolean, what: string): void => void (holds || problems.push(what));
    check(outcome.code === code, `exit code ${outcome.code ?? outcome.signal}`);
    check(says.test(outcome.stderr), `says ${outcome.stderr.slice(0, 300)}`);
    check(!/internal error/.test(outcome.stderr), 'a defect');
    // What is refused is not printed: messages quote no more than a little of it.
    check(outcome.stderr.length + outcome.stdout.length < 20_000, `${outcome.stderr.length} characters on stderr`);
    check(outcome.megabytes < MEGABYTES, `${Math.round(outcome.megabytes)} MB`);
    check(outcome.seconds < SECONDS, `${outcome.seconds} s of the processor`);
    const known = KNOWN.ceilings[name];
    expect(problems.filter((problem) => !known?.test(problem)).join('; ')).toBe('');
  });
});
