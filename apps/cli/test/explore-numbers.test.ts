import { cpSync } from 'node:fs';
import { connect } from 'node:net';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { output, scenarioFile, start, temporaryDirectory, type RunningCommand } from './support/simcash.js';

/** Pages of `simcash explore` against what the commands say of the same runs. */

let cwd: string;
let address: string;
let running: RunningCommand;
const EXAMPLES = path.resolve(import.meta.dirname, '../../../docs/examples/scenarios');

/** Starts the explorer and waits for its address. */
async function explore(): Promise<[RunningCommand, string]> {
  const command = start(['explore'], { cwd });
  while (!command.written().includes('\n')) await new Promise((resolve) => setTimeout(resolve, 20));
  return [command, command.written().trim()];
}

beforeAll(async () => {
  cwd = temporaryDirectory();
  cpSync(path.join(EXAMPLES, 'payment-list'), path.join(cwd, 'list'), { recursive: true });
  await output(['run', 'list/scenario.yaml', '--save', '--id', 'euro', '-q'], { cwd });
  await output(['run', 'list/scenario.yaml', '--save', '--id', 'euro/2', '-q', '--seed', '2'], { cwd });
  await output(['run', scenarioFile('mixed-five-days'), '--save', '--id', 'days', '-q'], { cwd });
  [running, address] = await explore();
});
afterAll(async () => {
  running.kill('SIGINT');
  await running.finished;
});

async function page(target: string): Promise<string> {
  const url = new URL(target, address);
  const token = new URL(address).searchParams.get('token')!;
  const response = await fetch(url, { headers: { Cookie: `simcash-${url.port}=${token}` } });
  expect({ target, status: response.status }).toEqual({ target, status: 200 });
  return response.text();
}
/** Digits without groups and with a plain minus. */
const plain = (text: string): string => text.replaceAll('\u202F', '').replaceAll('\u2212', '-');
const textOf = (body: string): string =>
  plain(body)
    .replaceAll(/<[^>]*>/g, ' ')
    .replaceAll(/\s+/g, ' ');
const major = (cents: number): string => (cents / 100).toFixed(2);
/** Rows of all tables, cell by cell. */
const rowsOf = (body: string): string[][] =>
  [...body.matchAll(/<tr[^>]*>(.*?)<\/tr>/gs)].map(([, row]) =>
    [...row!.matchAll(/<t[dh][^>]*>(.*?)<\/t[dh]>/gs)].map(([, cell]) => plain(cell!.replaceAll(/<[^>]*>/g, '')).trim()),
  );

interface Queued {
  tx_id: string;
  sender_id: string;
  receiver_id: string;
  amount: number;
  priority: number;
}
interface BankRow {
  bank: string;
  payments_due: number;
  value_sent: number;
  value_received: number;
  unsettled_value_end: number;
  costs: { total: number };
}
interface Queues {
  own_queues: { payments: Queued[] }[];
  central_queue: Queued[];
}

describe('a page has what a command says', () => {
  it.each([0, 30, 59])('of the queues at the end of tick %d', async (tick) => {
    const { central_queue, own_queues } = JSON.parse(
      await output(['queues', 'days', '--tick', String(tick), '--json'], { cwd }),
    ) as Queues;
    const expected = [own_queues.flatMap(({ payments }) => payments), central_queue].flatMap((queue) =>
      queue
        .slice(0, 200)
        .map((one, i) => [String(i + 1), one.tx_id, one.sender_id, one.receiver_id, major(one.amount), String(one.priority)]),
    );
    const rows = rowsOf(await page(`/r/days/queues?t=${tick}`)).filter((row) => row.at(-1) === 'why?');
    expect(rows.map((row) => row.slice(0, 6))).toEqual(expected);
  });

  it('of banks', async () => {
    const { runs } = JSON.parse(await output(['indicators', 'days', '--json'], { cwd })) as { runs: [{ banks: BankRow[] }] };
    const rows = rowsOf(await page('/r/days/banks'));
    for (const { bank, costs, payments_due, unsettled_value_end, value_received, value_sent } of runs[0].banks) {
      const row = rows.findLast(([name]) => name === bank)!;
      expect([row[4], row[5], row[6], row[8], row[10]]).toEqual([
        String(payments_due),
        ...[value_sent, value_received, unsettled_value_end, costs.total].map(major),
      ]);
      const body = textOf(await page(`/r/days/banks/${bank}`));
      expect(body).toContain(`Sent and received ${major(value_sent)} and ${major(value_received)}`);
      expect(body).toContain(`Costs ${major(costs.total)}`);
    }
  });

  it('of payments that did not settle, in the question and in the list that it leads to', async () => {
    const body = await page('/r/days');
    const [, link, count] = /href="([^"]*)">Why did (\d+) payments not settle/.exec(plain(body))!;
    expect(textOf(await page(link!))).toContain(` ${count} payments of `);
  });

  it.each([3, 59])('of the events of tick %d', async (tick) => {
    const lines = (await output(['events', 'days', '--ticks', String(tick)], { cwd })).split('\n').slice(0, -1);
    const shown = [...(await page(`/r/days/events?t=${tick}`)).matchAll(/<code>(.*?)<\/code>/g)].map(([, line]) =>
      line!.replaceAll('&quot;', '"').replaceAll('&lt;', '<').replaceAll('&amp;', '&'),
    );
    expect(shown).toEqual(lines.slice(0, 300));
  });

  it('of money, with its currency', async () => {
    expect(textOf(await page('/r/euro'))).toContain('EUR');
    expect(textOf(await page('/r/euro/payments'))).toContain('EUR');
  });

  it('of money, with its currency, in a comparison too', async () => {
    expect(textOf(await page('/compare?r=euro&r=euro%2F2'))).toContain('EUR');
  });
});

describe('a request for //', () => {
  /** What `//` is no address for: nobody's key is needed. */
  it('does not end the explorer', async () => {
    const [other, at] = await explore();
    const port = Number(new URL(at).port);
    await new Promise<void>((resolve) => {
      const socket = connect(port, '127.0.0.1', () => socket.write(`GET // HTTP/1.1\r\nHost: 127.0.0.1:${port}\r\n\r\n`));
      socket.on('data', () => socket.destroy());
      socket.on('error', () => undefined).on('close', () => resolve());
    });
    const alive = await fetch(at, { redirect: 'manual' }).then(
      ({ status }) => status,
      () => 0,
    );
    other.kill('SIGINT');
    await other.finished;
    expect(alive).toBe(303);
  });
});
