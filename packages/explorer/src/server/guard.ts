import { timingSafeEqual } from 'node:crypto';
import type { IncomingMessage } from 'node:http';

/** Why a request is not answered: a status and a sentence. */
export interface Refusal {
  readonly status: number;
  readonly text: string;
  readonly headers?: Readonly<Record<string, string>>;
}

const LONGEST_URL = 8192;

/** Headers of every answer: nothing is run, nothing comes from elsewhere, nothing frames it, nothing is kept (spec 16 R1633). */
export const HEADERS: Readonly<Record<string, string>> = {
  'Content-Security-Policy':
    "default-src 'none'; style-src 'self'; img-src 'self' data:; form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
  'X-Content-Type-Options': 'nosniff',
  'Referrer-Policy': 'no-referrer',
  'Cross-Origin-Opener-Policy': 'same-origin',
  'Cross-Origin-Resource-Policy': 'same-origin',
  'Cache-Control': 'no-store',
};

/**
 * Lets in who has the token, from this machine and this origin, to read and nothing else (spec 16 R1630–R1632, R1639); a good link
 * becomes a cookie, so that the token leaves the address bar. Null for a request that may be answered.
 */
export function refusalOf(request: IncomingMessage, token: string, port: number): Refusal | null {
  const { headers, method, url = '/' } = request;
  const names = ['127.0.0.1', 'localhost', '[::1]'];
  // Browsers leave out the port of http.
  const hosts = [...names.map((name) => `${name}:${port}`), ...(port === 80 ? names : [])];
  if (!hosts.includes(headers.host ?? '')) return { status: 403, text: 'This server answers on this machine only.' };
  if (method !== 'GET' && method !== 'HEAD')
    return { status: 405, text: 'This server is for reading only.', headers: { Allow: 'GET, HEAD' } };
  const site = headers['sec-fetch-site'];
  if (site !== undefined && site !== 'same-origin' && site !== 'none')
    return { status: 403, text: 'Another site may not ask this server for anything.' };
  if (url.length > LONGEST_URL) return { status: 414, text: 'The address is too long.' };
  const address = addressOf(url);
  if (address === null) return { status: 400, text: 'This is no address.' };
  const given = address.searchParams.get('token');
  if (given !== null && isSame(given, token)) {
    const cookie = `${cookieName(port)}=${token}; HttpOnly; SameSite=Strict; Path=/`;
    return { status: 303, text: '', headers: { 'Set-Cookie': cookie, Location: withoutToken(address) } };
  }
  const cookies = (headers.cookie ?? '').split('; ').map((cookie) => cookie.split('='));
  const own = cookies.find(([name]) => name === cookieName(port))?.[1];
  if (own === undefined || !isSame(own, token))
    return { status: 401, text: 'Open the address that simcash explore has printed: it has the key to this server.' };
  return null;
}

const cookieName = (port: number): string => `simcash-${port}`;

/** What is asked for; null for what is no address. */
export function addressOf(url: string): URL | null {
  try {
    return new URL(url, 'http://localhost');
  } catch {
    return null;
  }
}

function withoutToken({ pathname, searchParams }: URL): string {
  searchParams.delete('token');
  // An address of two slashes, of either kind, would lead to another host.
  const path = pathname.replace(/^[/\\]+/, '/');
  return searchParams.size === 0 ? path : `${path}?${searchParams.toString()}`;
}

function isSame(a: string, b: string): boolean {
  const [x, y] = [Buffer.from(a), Buffer.from(b)];
  return x.length === y.length && timingSafeEqual(x, y);
}
