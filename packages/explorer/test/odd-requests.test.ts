import type { IncomingMessage } from 'node:http';
import { connect } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openDatabase, reference, storeWhole } from '../../persistence/test/support/storing.js';
import { startExplorer, type Explorer } from '../src/index.js';
import { refusalOf } from '../src/server/guard.js';

/** Requests that no browser sends (spec 16 §14). */

let explorer: Explorer;
let token: string;
beforeAll(async () => {
  const database = await openDatabase();
  await storeWhole(database, 'a', reference('rtgs-two-banks'));
  const { path } = database;
  database.close();
  explorer = await startExplorer(path);
  token = new URL(explorer.address).searchParams.get('token')!;
});
afterAll(() => explorer.close());

interface Raw {
  host?: string;
  method?: string;
  more?: string;
}

/** Status and place of the answer to a request that is written as it is. */
function raw(target: string, { host = `127.0.0.1:${explorer.port}`, method = 'GET', more = '' }: Raw = {}): Promise<string> {
  return new Promise((resolve, reject) => {
    let answer = '';
    const socket = connect(explorer.port, '127.0.0.1');
    socket.setEncoding('utf8').on('data', (text: string) => (answer += text));
    socket.on('error', reject).on('close', () => {
      const status = /^HTTP\/1\.1 (\d+)/.exec(answer)?.[1] ?? 'none';
      const place = /^location: (.*)\r$/im.exec(answer)?.[1];
      resolve(place === undefined ? status : `${status} ${place}`);
    });
    const cookie = `Cookie: simcash-${explorer.port}=${token}\r\n`;
    socket.write(`${method} ${target} HTTP/1.1\r\nHost: ${host}\r\n${cookie}Connection: close\r\n${more}\r\n`);
  });
}

const asked = (url: string, headers: Record<string, string> = {}, port = 80) => {
  const request = { url, method: 'GET', headers: { host: `127.0.0.1:${port}`, ...headers } };
  return refusalOf(request as unknown as IncomingMessage, 'secret', port);
};

describe('an odd address', () => {
  it.each([
    '//evil',
    '/\\\\evil',
    '/%5C%5Cevil',
    '*',
    '/%00',
    '/r/%00',
    '/r/%',
    '/r/a/%2e%2e/%2e%2e/etc',
    '/r/a//banks//',
    '/?q=%00',
  ])('has a page or none, and no error: %s', async (target) => {
    expect(['200', '404']).toContain(await raw(target));
  });

  it.each([
    ['//evil//other', '/other'],
    ['/.//evil', '/evil'],
    ['/..//evil', '/evil'],
    ['http://evil//other', '/other'],
    ['/%5C%5Cevil', '/%5C%5Cevil'],
    ['/r/a%0d%0aSet-Cookie:x', '/r/a%0d%0aSet-Cookie:x'],
  ])('leads to nowhere else when the key is taken out of it: %s', async (target, place) => {
    expect(await raw(`${target}?token=${token}`)).toBe(`303 ${place}`);
  });

  it.each(['//', '///', '//[', 'http://[', '//evil:99999/'])('does not end the server: %s', (url) => {
    expect(() => asked(url)).not.toThrow();
  });

  // Of a scheme that is not special the path keeps its backslash, which browsers take for a slash.
  it('leads to no other host by a backslash', () => {
    expect(asked('x://h/\\evil?token=secret')?.headers?.Location).not.toMatch(/^\/[\\/]/);
  });
});

describe('who asks', () => {
  it.each([
    ['another method', { method: 'TRACE' }, '405'],
    ['a method in a header', { method: 'POST', more: 'X-HTTP-Method-Override: GET\r\nContent-Length: 0\r\n' }, '405'],
    ['a host that begins alike', { host: '127.0.0.1.evil.example' }, '403'],
    ['a host with a name before it', { host: 'user@127.0.0.1' }, '403'],
    ['an empty word for its site', { more: 'Sec-Fetch-Site: \r\n' }, '403'],
    ['two words for its site', { more: 'Sec-Fetch-Site: none\r\nSec-Fetch-Site: cross-site\r\n' }, '403'],
  ] as [string, Raw, string][])('with %s is refused', async (_, request, status) => {
    expect(await raw('/', request)).toBe(status);
  });

  it('with a body is answered all the same, and the body is no other request', async () => {
    const body = 'GET /r/a HTTP/1.1\r\n\r\n';
    expect(await raw('/', { more: `Content-Length: ${body.length}\r\n` })).toBe('200');
  });

  // Browsers leave out the port of http, so that no name of this machine with `:80` ever comes.
  it('on port 80 gets in with the name that browsers send', () => {
    expect(asked('/?token=secret', { host: '127.0.0.1' })?.status).toBe(303);
  });

  // The first of several keys counts: an address that is printed with `?token=` after another one is refused.
  it('with a wrong key beside the right one is treated as one with the first', () => {
    expect(asked('/?token=wrong&token=secret')?.status).toBe(401);
  });
});
