import { readScenarioText, Simulation, type ScenarioInput, type SettlementPlugin } from '@simcash/engine';
import type { SimulationEvent } from '@simcash/protocol';
import { tableIn } from './tables.js';

/** Pages about algorithms: their worked examples, and what the engine does with them. */

/** A row of the table below an example: what settled together, or what did not settle. */
export interface Row {
  tick: string;
  by: string;
  /** t1, t2, … in the order in which they arrive. */
  payments: string;
  value: string;
  /** Banks that pay more than they receive, with the difference. */
  pays_net: string;
}

export interface Example {
  name: string;
  scenario: Record<string, unknown>;
  /** Code of a plug-in that stands on the page, by the text of `module`. */
  plugins: Record<string, string>;
  rows: Row[];
}

interface Payment {
  name: string;
  sender: string;
  receiver: string;
  amount: number;
}

const COLUMNS = ['tick', 'by', 'payments', 'value', 'pays_net'] as const;
export const HEAD = ['tick', 'settles by', 'payments', 'value', 'pays net'];
export const NOT_SETTLED = 'not settled';

/**
 * Every yaml block with the table that follows it. A block with `agents` is a whole scenario; one without takes the keys that it has
 * no word about from the scenario before it.
 */
export function examplesOf(page: string): Example[] {
  const plugins = Object.fromEntries(
    [...page.matchAll(/^```js\n\/\/ (\S+)\n([^]*?)^```/gm)].map(([, file, code]) => [`./${file}`, code!]),
  );
  let base: Record<string, unknown> = {};
  return [...page.matchAll(/^```yaml\n([^]*?)^```([^]*?)(?=^```|$(?![^]))/gm)].map(([, yaml, after], i) => {
    const block = readScenarioText(yaml!).document as Record<string, unknown>;
    if ('agents' in block) base = block;
    return { name: `example ${i + 1}`, scenario: { ...base, ...block }, plugins, rows: tableIn(after!, HEAD).map(toRow) };
  });
}

const toRow = (cells: readonly string[]): Row =>
  Object.fromEntries(COLUMNS.map((name, i) => [name, cells[i]!])) as unknown as Row;

/** What a run of the example does, as rows of such a table. */
export async function rowsOf({ plugins, scenario }: Example): Promise<Row[]> {
  const algorithms = Object.fromEntries(
    await Promise.all(Object.entries(plugins).map(async ([file, code]) => [file, await loaded(code)] as const)),
  );
  const simulation = Simulation.create(scenario as unknown as ScenarioInput, { algorithms });
  simulation.run();
  const events = [...simulation.events];
  const payments = new Map<string, Payment>();
  for (const event of events)
    if (event.event_type === 'Arrival')
      payments.set(event.tx_id, {
        name: `t${payments.size + 1}`,
        sender: event.sender_id,
        receiver: event.receiver_id,
        amount: event.amount,
      });
  const rows: Row[] = [];
  const left = new Set(payments.keys());
  for (const event of events) {
    const settled = settledBy(event);
    if (settled === null) continue;
    const [by, ids] = settled;
    for (const id of ids) if (!left.delete(id)) throw new Error(`${id} settles twice`);
    rows.push(
      row(
        String(event.tick),
        by,
        ids.map((id) => payments.get(id)!),
      ),
    );
  }
  const waiting = [...left].map((id) => payments.get(id)!);
  return waiting.length === 0 ? rows : [...rows, { ...row('–', NOT_SETTLED, waiting), pays_net: '–' }];
}

async function loaded(code: string): Promise<SettlementPlugin> {
  const url = `data:text/javascript,${encodeURIComponent(code)}`;
  return ((await import(/* @vite-ignore */ url)) as { default: SettlementPlugin }).default;
}

/** By what an event settles which payments; null if it settles none. */
function settledBy(event: SimulationEvent): [by: string, ids: readonly string[]] | null {
  switch (event.event_type) {
    case 'RtgsImmediateSettlement':
      return ['entry', [event.tx_id]];
    case 'EntryDispositionOffset':
      return ['offset at entry', [event.incoming_tx_id, event.queued_tx_id]];
    case 'Queue2LiquidityRelease':
      return [event.release_reason === 'receipt_reactive' ? '`receipt_reactive`' : '`retry`', [event.tx_id]];
    case 'LsmBilateralOffset':
      return ['`bilateral`', event.tx_ids];
    case 'LsmCycleSettlement':
      return ['`rings`', event.tx_ids];
    case 'LsmNettedSettlement':
      return [`\`${event.algorithm}\``, event.tx_ids];
    default:
      return null;
  }
}

function row(tick: string, by: string, payments: readonly Payment[]): Row {
  const net = new Map<string, number>();
  for (const { amount, receiver, sender } of payments) {
    net.set(sender, (net.get(sender) ?? 0) - amount);
    net.set(receiver, (net.get(receiver) ?? 0) + amount);
  }
  const payers = [...net].filter(([, sum]) => sum < 0).sort(([a], [b]) => (a < b ? -1 : 1));
  return {
    tick,
    by,
    payments: payments.map(({ name }) => name).join(', '),
    value: String(payments.reduce((sum, { amount }) => sum + amount, 0)),
    pays_net: payers.map(([bank, sum]) => `${bank} ${-sum}`).join(', ') || 'nobody',
  };
}
