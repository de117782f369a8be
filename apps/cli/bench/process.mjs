import { spawn } from 'node:child_process';
import { openSync } from 'node:fs';
import { devNull } from 'node:os';
import { median } from './support.mjs';

const USAGE = new URL('usage.mjs', import.meta.url).href;
const NOWHERE = openSync(devNull, 'w');

/** Runs a program in a fresh process. Seconds, processor seconds on all its threads, most megabytes it held. @throws if it fails */
export function measureProcess(args) {
  const began = performance.now();
  const child = spawn(process.execPath, ['--import', USAGE, ...args], { stdio: ['ignore', NOWHERE, 'pipe', 'pipe'] });
  const texts = { errors: '', usage: '' };
  child.stdio[2].on('data', (data) => (texts.errors = (texts.errors + data).slice(-2000)));
  child.stdio[3].on('data', (data) => (texts.usage += data));
  return new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (code) => {
      const seconds = (performance.now() - began) / 1000;
      if (code === 0) resolve({ seconds, ...JSON.parse(texts.usage) });
      else reject(new Error(`${args.join(' ')} ended with ${code}: ${texts.errors}`));
    });
  });
}

/** The same some times, the median of each number. `prepare` is called before every run and is not measured. */
export async function medianProcess(args, runs, prepare = () => undefined) {
  const measured = [];
  for (let i = 0; i < runs; i++) {
    prepare();
    measured.push(await measureProcess(args));
  }
  const of = (name) => median(measured.map((one) => one[name]));
  return { seconds: of('seconds'), cpu: of('cpu'), megabytes: of('megabytes') };
}
