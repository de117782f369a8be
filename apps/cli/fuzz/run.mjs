/**
 * Runs everything that chance decides with many more cases than the tests do, and with another seed each time: the hostile suites of
 * all packages, readers of files, kills, damaged databases. Then licences and advisories. A seed that found something is given again
 * as SIMCASH_FUZZ_SEED.
 */
import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync } from 'node:fs';
import path from 'node:path';

const root = path.resolve(import.meta.dirname, '../../..');
const env = {
  ...process.env,
  SIMCASH_FUZZ_CASES: process.env.SIMCASH_FUZZ_CASES ?? '100',
  SIMCASH_FUZZ_SEED: process.env.SIMCASH_FUZZ_SEED ?? String(Math.floor(Math.random() * 2 ** 31)),
};
const { SIMCASH_FUZZ_CASES: cases, SIMCASH_FUZZ_SEED: seed } = env;
console.log(`SIMCASH_FUZZ_SEED=${seed} SIMCASH_FUZZ_CASES=${cases}`);

const folders = ['packages', 'apps'].flatMap((group) =>
  readdirSync(path.join(root, group)).map((name) => `${group}/${name}/test/hostile`),
);
const suites = folders.filter((folder) => existsSync(path.join(root, folder)));
const vitest = path.join(root, 'node_modules/vitest/vitest.mjs');
// As long as it takes: hours for what otherwise has minutes.
const rounds = Math.ceil(Math.sqrt(Number(cases)));
const own = (name, ...args) => [path.join(import.meta.dirname, name), ...args];
const steps = [
  [vitest, 'run', ...suites, '--testTimeout=7200000', '--hookTimeout=7200000'],
  own('readers.mjs', '--seconds', String(3 * Number(cases))),
  own('kills.mjs', '--kills', String(7 * rounds), '--rungs', '1000'),
  own('damage.mjs', '--cases', String(18 * rounds)),
  own('dependencies.mjs'),
];
const failed = steps.filter((step) => spawnSync(process.execPath, step, { cwd: root, env, stdio: 'inherit' }).status !== 0);
if (failed.length > 0) console.log(`\nAgain with SIMCASH_FUZZ_SEED=${seed} SIMCASH_FUZZ_CASES=${cases} npm run fuzz`);
process.exitCode = failed.length === 0 ? 0 : 1;
