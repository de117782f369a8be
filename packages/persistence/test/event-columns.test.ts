import type { SimulationEvent } from '@simcash/protocol';
import { beforeAll, describe, expect, it } from 'vitest';
import { getSimulationEvents, type SimCashDatabase } from '../src/index.js';
import { openDatabase, reference, storeWhole } from './support/storing.js';

interface Columns {
  agent_id: string | null;
  tx_id: string | null;
  agent_ids: string[];
  tx_ids: string[];
}

type Loose = Record<string, unknown> & { event_type: string; tick: number };

const text = (value: unknown): string[] => (typeof value === 'string' ? [value] : []);
const texts = (value: unknown): string[] => (Array.isArray(value) ? (value as string[]) : []);

/** Spec 09 §4, read once more. */
function expected(event: Loose): Columns {
  const about = (agent: unknown, parties: string[], more: string[] = []): Columns => ({
    agent_id: (agent as string | undefined) ?? null,
    tx_id: text(event.tx_id)[0] ?? null,
    agent_ids: [...new Set(parties)],
    tx_ids: [...new Set([...text(event.tx_id), ...more])],
  });
  switch (event.event_type) {
    case 'Arrival':
    case 'TransactionWentOverdue':
    case 'OverdueTransactionSettled':
      return about(event.sender_id, [...text(event.sender_id), ...text(event.receiver_id)]);
    case 'PriorityEscalated':
    case 'QueuedRtgs':
      return about(event.sender_id, text(event.sender_id));
    case 'RtgsSubmission':
    case 'RtgsImmediateSettlement':
    case 'Queue2LiquidityRelease':
    case 'BilateralLimitExceeded':
      return about(event.sender, [...text(event.sender), ...text(event.receiver)]);
    case 'RtgsWithdrawal':
    case 'RtgsResubmission':
    case 'MultilateralLimitExceeded':
      return about(event.sender, text(event.sender));
    case 'LsmBilateralOffset':
      return { ...about(null, [...text(event.agent_a), ...text(event.agent_b)], texts(event.tx_ids)), tx_id: null };
    case 'LsmCycleSettlement':
      return { ...about(null, texts(event.agents), texts(event.tx_ids)), tx_id: null };
    case 'EntryDispositionOffset':
      return about(
        null,
        [...text(event.agent_a), ...text(event.agent_b)],
        [...text(event.incoming_tx_id), ...text(event.queued_tx_id)],
      );
    case 'AlgorithmExecution':
    case 'EndOfDay':
      return about(null, []);
    case 'BankBudgetSet':
      return about(event.agent_id, [...text(event.agent_id), ...texts(event.focus_counterparties)]);
    case 'DeferredCreditApplied':
      return about(event.agent_id, text(event.agent_id), texts(event.source_transactions));
    case 'PolicySplit':
      return about(event.agent_id, text(event.agent_id), texts(event.child_ids));
    case 'ScenarioEventExecuted': {
      const inner = JSON.parse(event.details_json as string) as Record<string, unknown>;
      const parties = ['from_agent', 'to_agent', 'agent', 'counterparty'].flatMap((key) => text(inner[key]));
      return about(null, parties, text(inner.tx_id));
    }
    default:
      return about(event.agent_id, text(event.agent_id));
  }
}

const SCENARIOS = [
  'events-all-kinds',
  'lsm-bilateral',
  'lsm-cycles',
  'lsm-entry-disposition',
  'splits-families',
  'deferred-crediting-lsm',
  'bank-budgets',
  'collateral-timers',
  'limits-with-lsm',
  'queue2-withdrawal',
  'drop-and-reprioritize',
  'ids-byte-order',
  'one-bank',
  'mixed-five-days',
];

describe('the columns by which events are found', () => {
  let database: SimCashDatabase;
  const events = new Map<string, SimulationEvent[]>();
  beforeAll(async () => {
    database = await openDatabase();
    for (const name of SCENARIOS) {
      const { log } = await storeWhole(database, name, reference(name), { level: 'EVENTS' });
      const lines = log.trimEnd().split('\n');
      events.set(
        name,
        lines.map((line) => JSON.parse(line) as SimulationEvent),
      );
    }
  });

  it('name who acts, who is involved and which payments, for every type of event', async () => {
    const types = new Set<string>();
    for (const name of SCENARIOS) {
      const stored = await database.query<Columns & { event_type: string; tick: number; day: number }>(
        'SELECT event_type, tick, agent_id, tx_id, agent_ids, tx_ids FROM simulation_events WHERE simulation_id = $1 ORDER BY event_seq',
        [name],
      );
      events.get(name)!.forEach((event, i) => {
        const { event_type, tick } = event;
        expect(stored[i], `${name}, event ${i}`).toEqual({ event_type, tick, ...expected(event as unknown as Loose) });
        types.add(event_type);
      });
    }
    expect(types.size).toBeGreaterThan(25);
  });

  it('find with a filter what a search through the log finds, page by page', async () => {
    const log = events.get('mixed-five-days')!;
    const agent = (log.find(({ event_type }) => event_type === 'Arrival') as { sender_id: string }).sender_id;
    const matching = log
      .map((event, seq) => ({ event, seq }))
      .filter(({ event }) => expected(event as unknown as Loose).agent_ids.includes(agent));
    const found: number[] = [];
    for (let offset = 0; ; offset += 100) {
      const page = await getSimulationEvents(database, 'mixed-five-days', { agent_id: agent, offset });
      expect(page.total).toBe(matching.length);
      if (page.events.length === 0) break;
      found.push(...page.events.map(({ event_seq }) => event_seq));
    }
    expect(found).toEqual(matching.map(({ seq }) => seq));
  });

  it('are answered in both directions, by tick range, type and payment together', async () => {
    const log = events.get('lsm-cycles')!;
    const { tx_ids: txs, tick } = log.find(({ event_type }) => event_type === 'LsmCycleSettlement') as unknown as {
      tx_ids: string[];
      tick: number;
    };
    const query = { tx_id: txs[0]!, tick_max: tick, event_type: 'LsmCycleSettlement, Arrival' };
    const forwards = await getSimulationEvents(database, 'lsm-cycles', query);
    expect(forwards.events.map(({ event_type }) => event_type)).toEqual(['Arrival', 'LsmCycleSettlement']);
    const backwards = await getSimulationEvents(database, 'lsm-cycles', { ...query, sort: 'tick_desc' });
    expect(backwards.events).toEqual(forwards.events.toReversed());
    await expect(getSimulationEvents(database, 'lsm-cycles', { tick_min: 3, tick_max: 2 })).rejects.toThrow(
      'tick_min cannot be greater than tick_max',
    );
  });
});
