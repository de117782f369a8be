// How many runs a second a sweep makes: in process against the engine called directly, on threads, and through a queue with two workers
// (where redis-server is installed). Prints runs per second and ratios; a private Redis server is started and stopped.
import { spawn, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { readScenario, Simulation, withSeed } from '@simcash/engine';
import { planOfTexts, runSweep } from '@simcash/sweeps';

const JOBS = Number(process.env.JOBS ?? 40_000);
/** Two banks that release at once, twelve ticks: about the smallest game that is played. */
const bank = (id, other) => ({
  id,
  opening_balance: 100_000,
  unsecured_cap: 50_000,
  policy: { type: 'Fifo' },
  arrival_config: {
    rate_per_tick: 1,
    amount_distribution: { type: 'Uniform', min: 1000, max: 20_000 },
    counterparty_weights: { [other]: 1 },
    deadline_range: [2, 8],
  },
});
const base = { simulation: { ticks_per_day: 12, num_days: 1, rng_seed: 1 }, agents: [bank('A', 'B'), bank('B', 'A')] };
const texts = {
  definition: JSON.stringify({ sweep: 'bench', replications: { count: JOBS, master_seed: 42 }, measures: ['total_cost'] }),
  base: JSON.stringify(base),
};
const plan = planOfTexts(texts);

const direct = await timed('the engine alone', async () => {
  const scenario = readScenario(base);
  for (let r = 0; r < JOBS; r++) {
    const simulation = Simulation.create(withSeed(scenario, plan.seed(0, r)), { sink: { write() {} }, history: 'release' });
    simulation.run();
  }
});
const inProcess = await timed('sweep, in process', () => runSweep(plan, { executor: 'in-process' }));
const threads = await timed('sweep, two threads', () => runSweep(plan, { executor: 'worker-threads', workers: 2 }));
const queue = await throughQueue();
console.log(`\nin process / engine alone    ${(inProcess / direct).toFixed(2)}`);
console.log(`two threads / in process     ${(threads / inProcess).toFixed(2)}`);
if (queue !== null) console.log(`two workers / in process     ${(queue / inProcess).toFixed(2)}`);

async function timed(name, work) {
  const begin = performance.now();
  await work();
  const perSecond = (JOBS / (performance.now() - begin)) * 1000;
  console.log(`${name.padEnd(28)} ${Math.round(perSecond).toLocaleString('en-US').padStart(8)} runs/s`);
  return perSecond;
}

async function throughQueue() {
  if (spawnSync('redis-server', ['--version']).status !== 0) {
    console.log('queue                        skipped: redis-server is not installed');
    return null;
  }
  const { QueueExecutor } = await import('@simcash/sweeps/queue');
  const folder = mkdtempSync(path.join(tmpdir(), 'simcash-bench-'));
  const port = await freePort();
  const url = `redis://127.0.0.1:${port}`;
  const server = spawn('redis-server', ['--port', port, '--bind', '127.0.0.1', '--save', '', '--dir', folder], {
    stdio: 'ignore',
  });
  const workers = [];
  try {
    await new Promise((resolve) => setTimeout(resolve, 500));
    for (let i = 0; i < 2; i++) {
      const worker = spawn(process.execPath, [new URL('worker.mjs', import.meta.url).pathname, url], {
        stdio: ['ignore', 'pipe', 'inherit'],
      });
      workers.push(worker);
      await new Promise((resolve) => worker.stdout.once('data', resolve));
    }
    const executor = await QueueExecutor.connect(plan, {
      ...{ url, queue: 'bench', sweepId: 'bench', engineVersion: 'bench', texts, blobs: null },
    });
    return await timed('sweep, queue, two workers', () => runSweep(plan, { executor }));
  } finally {
    for (const worker of workers) worker.kill('SIGKILL');
    server.kill('SIGKILL');
    rmSync(folder, { recursive: true, force: true });
  }
}

function freePort() {
  return new Promise((resolve) => {
    const server = createServer().listen(0, '127.0.0.1', () => {
      const { port } = server.address();
      server.close(() => resolve(String(port)));
    });
  });
}
