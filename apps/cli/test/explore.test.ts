import { execFile } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { beforeAll, describe, expect, it } from 'vitest';
import { scenarioFile, simcash, start, temporaryDirectory } from './support/simcash.js';

/** `simcash explore` as a process, and its pages in a browser. */

let cwd: string;
beforeAll(async () => {
  cwd = temporaryDirectory({ 's.yaml': readFileSync(scenarioFile('lsm-gridlock-20'), 'utf8') });
  await simcash(['run', 's.yaml', '--save', '--id', 'x', '-q'], { cwd });
});

/** Runs the explorer while `work` asks it. */
async function exploring(args: readonly string[], work: (address: string) => Promise<void>): Promise<number | null> {
  const running = start(['explore', ...args], { cwd });
  while (!running.written().includes('\n')) {
    await new Promise((resolve) => setTimeout(resolve, 20));
    if (running.written() === '' && (await Promise.race([running.finished, null]))) break;
  }
  await work(running.written().trim());
  running.kill('SIGINT');
  return (await running.finished).code;
}

describe('simcash explore', () => {
  it('prints an address that opens the run, and ends with 0 when it is interrupted', async () => {
    const code = await exploring(['x'], async (address) => {
      expect(address).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/r\/x\?token=[\w-]{43}$/);
      const entered = await fetch(address, { redirect: 'manual' });
      expect([entered.status, entered.headers.get('location')]).toEqual([303, '/r/x']);
      const page = await fetch(new URL('/r/x', address), {
        headers: { Cookie: entered.headers.get('set-cookie')!.split(';')[0]! },
      });
      expect(await page.text()).toContain('What to look at next');
      expect((await fetch(new URL('/r/x', address))).status).toBe(401);
    });
    expect(code).toBe(0);
  });

  it('ends by itself after the time that it is given', async () => {
    expect((await simcash(['explore', '--time-limit', '0.1'], { cwd })).code).toBe(0);
  });

  it('refuses what it cannot serve', async () => {
    expect(await simcash(['explore', '--db', 'nowhere.duckdb'], { cwd })).toMatchObject({ code: 5, stdout: '' });
    expect(await simcash(['explore', 'nobody'], { cwd })).toMatchObject({ code: 4, stdout: '' });
    expect(await simcash(['explore', '--port', '99999'], { cwd })).toMatchObject({ code: 2, stdout: '' });
    const other = createServer().listen(0, '127.0.0.1');
    await new Promise((resolve) => other.once('listening', resolve));
    const { port } = other.address() as AddressInfo;
    const { code, stderr } = await simcash(['explore', '--port', String(port)], { cwd });
    other.close();
    expect({ code, stderr }).toEqual({ code: 1, stderr: `error: port ${port} is in use: choose another --port\n` });
  });
});

const folders = (process.env.PATH ?? '').split(path.delimiter);
const CHROMIUM = [
  process.env.CHROME_BIN ?? '',
  ...['chromium', 'chromium-browser', 'google-chrome'].flatMap((name) => folders.map((folder) => path.join(folder, name))),
].find((file) => file !== '' && existsSync(file));

describe.skipIf(CHROMIUM === undefined)('in headless Chromium (skipped where there is none)', () => {
  it('the key opens the page, and the queues of a tick lead to the reason of a payment', async () => {
    const profile = mkdtempSync(path.join(tmpdir(), 'simcash-chromium-'));
    const dom = async (address: string): Promise<string> => {
      const flags = ['--headless', '--no-sandbox', '--disable-gpu', '--no-first-run', `--user-data-dir=${profile}`];
      return (await promisify(execFile)(CHROMIUM!, [...flags, '--dump-dom', address], { maxBuffer: 1e8 })).stdout;
    };
    await exploring(['x'], async (address) => {
      expect(await dom(address)).toContain('What to look at next');
      const at = (target: string): string => {
        const url = new URL(target, address);
        url.searchParams.set('token', new URL(address).searchParams.get('token')!);
        return url.href;
      };
      const queues = await dom(at('/r/x/queues?t=5'));
      const why = /href="(\/r\/x\/payments\/T\d+\?t=5)#why"/.exec(queues)![1]!;
      expect(await dom(at(why.replaceAll('&amp;', '&')))).toMatch(/in the central queue/);
    });
    rmSync(profile, { recursive: true, force: true });
  });
});
