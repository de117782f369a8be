import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openDatabase, reference } from '../../persistence/test/support/storing.js';
import { recordSimulation } from '../../runs/src/index.js';
import { startExplorer, type Explorer } from '../src/index.js';

/** Pages for people who hear them, and for who goes through them with keys (spec 16 §6). */

const PATHS = [
  '/',
  '/r/a',
  ...['banks', 'queues?t=5', 'network', 'lsm', 'payments', 'payments/T00000001', 'delay', 'costs', 'events?t=2'].map(
    (path) => `/r/a/${path}`,
  ),
  ...['policies', 'scenario'].map((path) => `/r/a/${path}`),
  '/compare?r=a&r=b',
  '/r/nobody',
];
const pages = new Map<string, string>();

let explorer: Explorer;
beforeAll(async () => {
  const database = await openDatabase();
  for (const id of ['a', 'b']) await recordSimulation(database, reference('lsm-gridlock-20'), { id, level: 'FULL' });
  const { path } = database;
  database.close();
  explorer = await startExplorer(path);
  const { address, port } = explorer;
  const headers = { Cookie: `simcash-${port}=${new URL(address).searchParams.get('token')}` };
  const get = async (target: string): Promise<string> => (await fetch(`http://127.0.0.1:${port}${target}`, { headers })).text();
  const bank = /href="(\/r\/a\/banks\/[^"]*)"/.exec(await get('/r/a/banks'))![1]!;
  for (const target of [...PATHS, bank]) pages.set(target.replace(/banks\/.*/, 'banks/ID'), await get(target));
});
afterAll(() => explorer.close());

/** Pages for which this finds something, with what it found. */
function found(find: (body: string) => readonly string[]): Record<string, readonly string[]> {
  return Object.fromEntries(
    [...pages].map(([target, body]) => [target, find(body)] as const).filter(([, list]) => list.length > 0),
  );
}
const withoutPictures = (body: string): string => body.replaceAll(/<svg.*?<\/svg>/gs, '');
const all = (body: string, expression: RegExp): string[] => [...body.matchAll(expression)].map(([, group]) => group!);

describe('every page', () => {
  it('has one title, one main part, one first heading, and its language', () => {
    const counts = found((body) =>
      // Pictures have titles of their own.
      ['<html lang="en">', '<title>', '<main', '<h1'].filter((mark) => withoutPictures(body).split(mark).length !== 2),
    );
    expect(counts).toEqual({});
  });

  it('has every id once, and every place that it leads to in itself', () => {
    const wrong = found((body) => {
      const ids = all(body, / id="([^"]*)"/g);
      const missing = all(body, / href="#([^"]*)"/g).filter((id) => !ids.includes(id));
      return [...ids.filter((id, i) => ids.indexOf(id) < i), ...missing];
    });
    expect(wrong).toEqual({});
  });

  it('closes what it opens, in order', () => {
    const wrong = found((body) => {
      const open: string[] = [];
      for (const [, end, name, , alone] of body.matchAll(/<(\/?)([a-zA-Z][\w-]*)((?:"[^"]*"|[^">])*?)(\/?)>/g)) {
        if (alone === '/' || ['meta', 'link', 'input', 'br', 'hr', 'img'].includes(name!)) continue;
        if (end !== '/') open.push(name!);
        else if (open.pop() !== name) return [name!];
      }
      return open;
    });
    expect(wrong).toEqual({});
  });

  it('has a name for every field, picture and region', () => {
    const wrong = found((body) => {
      const outside = body.replaceAll(/<label>.*?<\/label>/gs, '');
      const fields = all(outside, /(<(?:input|select)[^>]*>)/g).filter((tag) => !/type="hidden"|aria-label=/.test(tag));
      const others = all(body, /(<(?:svg|nav)[^>]*>)/g).filter((tag) => !/aria-label|aria-hidden/.test(tag));
      return [...fields, ...others];
    });
    expect(wrong).toEqual({});
  });

  it('has headings that go down one step at a time', () => {
    const wrong = found((body) => {
      const levels = all(body, /<h([1-6])/g).map(Number);
      return levels.flatMap((level, i) => (level > (levels[i - 1] ?? 0) + 1 ? [`h${levels[i - 1]} h${level}`] : []));
    });
    expect(wrong).toEqual({});
  });

  it('has no empty heads in its tables', () => {
    expect(found((body) => all(body, /(<th[^>]*><\/th>)/g))).toEqual({});
  });

  it('has links with a text or a name', () => {
    expect(found((body) => all(body, /(<a [^>]*>\s*<\/a>)/g))).toEqual({});
  });
});
