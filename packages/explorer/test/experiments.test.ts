import path from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { simcash, temporaryDirectory } from '../../../apps/cli/test/support/simcash.js';
import { startExplorer, type Explorer } from '../src/index.js';

/** Pages of experiments, and the playground beside them. */

const ROOT = path.join(import.meta.dirname, '../../..');

let explorer: Explorer;
let run: string;
beforeAll(async () => {
  const cwd = temporaryDirectory({});
  const file = path.join(ROOT, 'docs/examples/experiments/exp1.yaml');
  const { stdout } = await simcash(['experiment', 'run', file, '--db', 'x.duckdb', '--json'], { cwd });
  run = (JSON.parse(stdout) as { run_id: string }).run_id;
  explorer = await startExplorer(path.join(cwd, 'x.duckdb'), { playground: path.join(ROOT, 'apps/playground/dist/site') });
});
afterAll(() => explorer.close());

async function get(target: string): Promise<{ status: number; body: string; headers: Headers }> {
  const { address, port } = explorer;
  const headers = { Cookie: `simcash-${port}=${new URL(address).searchParams.get('token')}` };
  const response = await fetch(`http://127.0.0.1:${port}${target}`, { headers });
  return { status: response.status, body: await response.text(), headers: response.headers };
}
const textOf = (body: string): string => body.replaceAll(/<[^>]*>/g, ' ').replaceAll(/\s+/g, ' ');

it('are listed beside runs, and show how the experiment went', async () => {
  expect((await get('/')).body).toContain(`href="/x/${run}"`);
  const { body } = await get(`/x/${run}`);
  expect(body).toContain('What the policies in force cost');
  expect(textOf(body)).toContain('0 BANK_A 0 50.00 0.00 accepted what, and why');
  expect(textOf(body)).toContain('About each payment Release default_release');
});

it('have a page for each proposal: what is different, and why it was accepted or not', async () => {
  const accepted = textOf((await get(`/x/${run}/0/BANK_A/0`)).body);
  expect(accepted).toContain('accepted: passed: delta_sum > 0');
  expect(accepted).toContain('initial_liquidity_fraction 0.5 0 0.5 → 0');
  expect(textOf((await get(`/x/${run}/2/BANK_B/0`)).body)).toContain('not accepted');
});

it.each(['/x/nothing', '/x/RUN/0', '/x/RUN/99/BANK_A/0', '/x/RUN/0/BANK_X/0', '/x/RUN/0/BANK_A/7', '/x/RUN/0/BANK_A/0/more'])(
  'are not at %s',
  async (target) => {
    expect((await get(target.replace('RUN', run))).status).toBe(404);
  },
);

it('the playground is served under a policy of its own, file by file, and gets the scenario of a stored run', async () => {
  const page = await get('/play/');
  expect(page.status).toBe(200);
  expect(page.headers.get('content-security-policy')).toContain("script-src 'self'");
  expect((await get('/play/worker.js')).headers.get('content-type')).toContain('text/javascript');
  expect((await get('/')).headers.get('content-security-policy')).not.toContain('script-src');
  const stored = `${run}-iter0-evaluation`;
  expect((await get(`/r/${stored}/scenario`)).body).toContain(`href="/play/#run=${stored}"`);
  expect(JSON.parse((await get(`/r/${stored}/scenario.json`)).body)).toMatchObject({ simulation: { ticks_per_day: 2 } });
});

it.each([
  '/play/nothing.js',
  '/play/../package.json',
  '/play/%2e%2e/package.json',
  '/play/sub/main.js',
  '/r/nothing/scenario.json',
])('nothing else of the disk is served: %s', async (target) => {
  expect((await get(target)).status).toBe(404);
});
