import { randomBytes } from 'node:crypto';
import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { DatabaseError, NotStoredError } from '@simcash/persistence';
import { messagePage } from '../pages/message.js';
import { NotFoundError } from '../pages/not-found.js';
import { documentOf } from './document.js';
import { addressOf, HEADERS, refusalOf } from './guard.js';
import { siteIn } from './playground.js';
import { answer, type Answer } from './router.js';
import { Store } from './store.js';

/** Requests that are worked on at once, and those that may wait for them (spec 16 R1639). */
const AT_ONCE = 4;
const WAITING = 32;

/** A running explorer. */
export interface Explorer {
  /** The address with its key; it is told to nobody else. */
  readonly address: string;
  /** The port that it listens on. */
  readonly port: number;
  /** Ends the work and gives back what it held. */
  close(): Promise<void>;
}

/**
 * Serves a database on this machine, to who has the address, for reading (spec 16 §6.1 and §14).
 *
 * @param port a free one unless given
 * @param playground folder of the playground, which is served, too
 */
export async function startExplorer(
  path: string,
  { playground, port = 0, run }: { port?: number; run?: string; playground?: string } = {},
): Promise<Explorer> {
  const store = new Store(path, playground === undefined ? null : siteIn(playground));
  const token = randomBytes(32).toString('base64url');
  const turns = new Turns();
  const server = createServer((request, response) => {
    const refused = refusalOf(request, token, (server.address() as AddressInfo).port);
    if (refused !== null) return send(response, refused.status, 'text/html', saying(refused.text), refused.headers);
    void turns
      .take(async () => {
        // Who has gone away needs no answer.
        if (request.socket.destroyed) return;
        const { body, policy, status = 200, type = 'text/html' } = await answerOf(store, addressOf(request.url ?? '/')!);
        const headers: Record<string, string> = policy === undefined ? {} : { 'Content-Security-Policy': policy };
        send(response, status, type, request.method === 'HEAD' ? '' : body, headers);
      })
      .catch(() => send(response, 503, 'text/html', saying('Too much is being asked for at once: try again.')));
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, '127.0.0.1', resolve);
  });
  const own = (server.address() as AddressInfo).port;
  const place = run === undefined ? '/' : `/r/${encodeURIComponent(run)}`;
  return {
    address: `http://127.0.0.1:${own}${place}?token=${token}`,
    port: own,
    async close() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
      await store.close();
    },
  };
}

/** A document that says one thing. */
const saying = (text: string): string => documentOf(messagePage(text));

/** What is wrong becomes a page with one sentence, and no stack (spec 16 R1636). */
async function answerOf(store: Store, address: URL): Promise<Answer> {
  try {
    return await answer(store, address);
  } catch (error) {
    if (error instanceof NotStoredError) {
      const known = error.known.length > 0 ? `${error.message}. Stored are: ${error.known.join(', ')}.` : `${error.message}.`;
      return { status: 404, body: saying(known) };
    }
    if (error instanceof NotFoundError) return { status: 404, body: saying(error.message) };
    if (error instanceof DatabaseError) return { status: 503, body: saying(`${error.message}.`) };
    return {
      status: 500,
      body: saying('This page cannot be made: the stored run may be damaged. simcash db verify says more.'),
    };
  }
}

function send(
  response: ServerResponse,
  status: number,
  type: string,
  body: string | Buffer,
  headers: Readonly<Record<string, string>> = {},
): void {
  response.writeHead(status, { ...HEADERS, 'Content-Type': `${type}; charset=utf-8`, ...headers });
  response.end(body);
}

/** A few requests at a time, the others in order. */
class Turns {
  #running = 0;
  readonly #waiting: (() => void)[] = [];

  async take(work: () => Promise<void>): Promise<void> {
    if (this.#running === AT_ONCE) {
      if (this.#waiting.length === WAITING) throw new Error('busy');
      await new Promise<void>((resolve) => this.#waiting.push(resolve));
    }
    this.#running++;
    try {
      await work();
    } finally {
      this.#running--;
      this.#waiting.shift()?.();
    }
  }
}
