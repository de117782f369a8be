import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { lstatSync, mkdirSync, readdirSync, readFileSync, readlinkSync, symlinkSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { output, QUIET_SCENARIO, temporaryDirectory } from '../../support/simcash.js';
import { policy } from './hostile-files.js';

/** A folder for command lines, deep in a folder with decoys. What is outside the jail, and what it begins with, has to stay. */
export interface Jail {
  outside: string;
  cwd: string;
  env: Record<string, string>;
}

const EXPERIMENT = `name: two
scenario: pool.yaml
evaluation: { mode: deterministic-pairwise, ticks: 2 }
convergence: { max_iterations: 2 }
optimizer: { type: grid, step: 0.5 }
optimized_agents: [A, B]
policy_constraints:
  allowed_parameters: [{ name: initial_liquidity_fraction, param_type: float, min_value: 0, max_value: 1 }]
`;

/** Files that command lines read. None of them may be written. */
const INPUTS: Readonly<Record<string, string>> = {
  's.yaml': QUIET_SCENARIO,
  'pool.yaml': QUIET_SCENARIO.replaceAll(/opening_balance: (\d+)/g, 'opening_balance: $1\n    liquidity_pool: 5000'),
  'e.yaml': EXPERIMENT,
  'w.yaml':
    'sweep: sizes\nbase: s.yaml\nreplications: { count: 2 }\naxes: [{ name: size, path: agents.A.opening_balance, values: [0, 500] }]\n',
  'p.json': JSON.stringify(policy('p')),
  'bad.yaml': 'agents: [{id: 1',
  'deep.yaml': '['.repeat(500),
  'nothing.yaml': '',
  'binary.yaml': '\0\u0001\ufeff\u001b[31m',
};

export async function jail(): Promise<Jail> {
  const outside = temporaryDirectory({
    'decoy.txt': 'of the user',
    'decoy.yaml': 'a: b',
    'decoy.duckdb': 'none',
    'empty.txt': '',
  });
  const cwd = path.join(outside, 'deep', 'jail');
  for (const folder of ['home', 'tmp', 'dir.yaml', 'dir.duckdb']) mkdirSync(path.join(cwd, folder), { recursive: true });
  for (const [name, text] of Object.entries(INPUTS)) writeFileSync(path.join(cwd, name), text);
  for (const [name, target] of [
    ['link.yaml', '../../decoy.yaml'],
    ['link.txt', '../../decoy.txt'],
    ['link.svg', '../../decoy.txt'],
    ['link.duckdb', '../../decoy.duckdb'],
    ['empty.duckdb', '../../empty.txt'],
    ['loop.yaml', 'loop.yaml'],
    ['zero.yaml', '/dev/zero'],
    ['up', '../..'],
  ] as const)
    symlinkSync(target, path.join(cwd, name));
  spawnSync('mkfifo', [path.join(cwd, 'pipe.yaml')]);
  const env = { HOME: path.join(cwd, 'home'), TMPDIR: path.join(cwd, 'tmp') };
  for (const args of [
    ['run', 's.yaml', '--save', '--id', 'x', '--checkpoint-every', '2', '-q'],
    ['run', 's.yaml', '--save', '--id', 'y', '--seed', '2', '-q'],
    ['sweep', 'run', 'w.yaml', '--id', 'sweep', '-q'],
    ['experiment', 'run', 'e.yaml', '--id', 'exp', '-q', '--db', 'results/experiments.db'],
  ])
    await output(args, { cwd, env });
  return { outside, cwd, env };
}

/** What must not change: everything outside the jail, and the files that it begins with. */
export function untouchable({ cwd, outside }: Jail): Record<string, string> {
  const found: Record<string, string> = {};
  const look = (folder: string): void => {
    for (const name of readdirSync(folder)) {
      const file = path.join(folder, name);
      if (file === cwd) continue;
      const status = lstatSync(file);
      if (status.isDirectory()) look(file);
      found[path.relative(outside, file)] = status.isFile() ? hash(file) : `kind ${status.mode}`;
    }
  };
  look(outside);
  for (const name of Object.keys(INPUTS)) found[`input ${name}`] = hash(path.join(cwd, name));
  for (const name of readdirSync(cwd).filter((name) => lstatSync(path.join(cwd, name)).isSymbolicLink()))
    found[`link ${name}`] = readlinkSync(path.join(cwd, name));
  return found;
}

const hash = (file: string): string => createHash('sha256').update(readFileSync(file)).digest('hex');
