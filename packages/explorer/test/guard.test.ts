import { request, type IncomingHttpHeaders, type RequestOptions } from 'node:http';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openDatabase, reference, storeWhole } from '../../persistence/test/support/storing.js';
import { SimCashDatabase } from '../../persistence/src/index.js';
import { startExplorer, type Explorer } from '../src/index.js';

/** Who is let in, and what every answer carries (spec 16 §14). */

let explorer: Explorer;
let path: string;
let token: string;
beforeAll(async () => {
  const database = await openDatabase();
  await storeWhole(database, 'a', reference('rtgs-two-banks'));
  path = database.path;
  database.close();
  explorer = await startExplorer(path);
  token = new URL(explorer.address).searchParams.get('token')!;
});
afterAll(() => explorer.close());

interface Reply {
  status: number;
  headers: IncomingHttpHeaders;
  body: string;
}

function ask(target: string, options: RequestOptions = {}): Promise<Reply> {
  return new Promise((resolve, reject) => {
    const sent = request({ host: '127.0.0.1', port: explorer.port, path: target, ...options }, (response) => {
      let body = '';
      response.setEncoding('utf8').on('data', (text: string) => (body += text));
      response.on('end', () => resolve({ status: response.statusCode!, headers: response.headers, body }));
    });
    sent.on('error', reject).end();
  });
}

const cookie = (): string => `simcash-${explorer.port}=${token}`;
const known = (headers: Record<string, string> = {}): RequestOptions => ({ headers: { Cookie: cookie(), ...headers } });

it('listens on this machine only, under an address with a key of 256 bits', () => {
  expect(explorer.address).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/\?token=[\w-]{43}$/);
});

it('takes the key out of the address and keeps it in a cookie that no script can read', async () => {
  const { headers, status } = await ask(`/r/a/events?t=3&token=${token}`);
  expect({ status, location: headers.location }).toEqual({ status: 303, location: '/r/a/events?t=3' });
  expect(headers['set-cookie']).toEqual([`${cookie()}; HttpOnly; SameSite=Strict; Path=/`]);
  expect((await ask('/', known())).status).toBe(200);
});

it.each([
  ['without the key', '/', {}, 401],
  ['with a wrong key', '/?token=wrong', {}, 401],
  ['with a key that is too long', () => `/?token=${token}x`, {}, 401],
  ['with a wrong cookie', '/', { headers: { Cookie: 'simcash-1=x' } }, 401],
  ['for another host', '/', () => known({ Host: 'evil.example' }), 403],
  ['from another site', '/', () => known({ 'Sec-Fetch-Site': 'cross-site' }), 403],
  ['from another site of this machine', '/', () => known({ 'Sec-Fetch-Site': 'same-site' }), 403],
  ['to write', '/', () => ({ ...known(), method: 'POST' }), 405],
  ['to delete', '/r/a', () => ({ ...known(), method: 'DELETE' }), 405],
  ['with an address without end', `/${'x'.repeat(9000)}`, () => known(), 414],
  ['for what is not there', '/passwd', () => known(), 404],
  ['for what leads out', '/../../etc/passwd', () => known(), 404],
  ['for no text', '/r/%ff', () => known(), 404],
  ['for a run that is not there', '/r/nobody', () => known(), 404],
  ['for a page that is not there', '/r/a/nothing', () => known(), 404],
  ['for a name that every object has', '/r/a/constructor', () => known(), 404],
] as [string, string | (() => string), RequestOptions | (() => RequestOptions), number][])(
  'refuses a request %s',
  async (_, target, options, expected) => {
    const { body, headers, status } = await ask(
      typeof target === 'string' ? target : target(),
      typeof options === 'function' ? options() : options,
    );
    expect(status).toBe(expected);
    expect(headers.location).toBeUndefined();
    expect(body).not.toMatch(/\bat .*\.js|node:internal/);
  },
);

it('sends every page with headers that forbid scripts, frames, other origins and keeping', async () => {
  for (const target of ['/', '/r/a', '/r/nobody', '/style.css']) {
    const { headers } = await ask(target, known());
    expect(headers['content-security-policy']).toMatch(/^default-src 'none'; style-src 'self'; .*frame-ancestors 'none'$/);
    expect(headers).toMatchObject({
      'x-content-type-options': 'nosniff',
      'referrer-policy': 'no-referrer',
      'cross-origin-opener-policy': 'same-origin',
      'cross-origin-resource-policy': 'same-origin',
      'cache-control': 'no-store',
    });
    expect(headers['access-control-allow-origin']).toBeUndefined();
  }
});

it('answers HEAD without a body, and the same page with the same bytes', async () => {
  expect(await ask('/r/a', { ...known(), method: 'HEAD' })).toMatchObject({ status: 200, body: '' });
  expect((await ask('/r/a', known())).body).toBe((await ask('/r/a', known())).body);
});

it('takes many requests, a few at a time', async () => {
  const replies = await Promise.all(Array.from({ length: 30 }, () => ask('/r/a/queues?t=3', known())));
  expect(new Set(replies.map(({ status }) => status))).toEqual(new Set([200]));
});

describe('a database that somebody wants to write to', () => {
  it('is let go when nobody asks, and read again afterwards', async () => {
    await ask('/', known());
    await new Promise((resolve) => setTimeout(resolve, 2500));
    const database = await SimCashDatabase.open(path);
    await storeWhole(database, 'b', reference('rtgs-two-banks'));
    database.close();
    expect((await ask('/', known())).body).toContain('href="/r/b"');
  });
});
