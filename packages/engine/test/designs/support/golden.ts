import { readFileSync } from 'node:fs';
import path from 'node:path';
import { gunzipSync } from 'node:zlib';
import type { SimulationEvent } from '@simcash/protocol';
import { Simulation, type ScenarioInput } from '../../../src/index.js';

/** The golden instances of settlement designs (spec 12 §16), and what a run of one says. */

type Json = Record<string, unknown>;

/** Payments by their place in the document. */
export type SettledSet = [tick: number, mechanism: string, payments: number[]];

export interface Expectation {
  sets: SettledSet[];
  number: number;
  value: number;
  balances: Record<string, number>;
  /** Every event of {@link LISTED_EVENTS}, where the instance lists them. */
  events?: Json[];
}

export interface Instance {
  name: string;
  family: string;
  banks: { id: string; balance: number; credit?: number }[];
  payments: { from: string; to: string; amount: number }[];
  designs: Record<string, Expectation>;
  settlements?: Record<string, Json>;
  optimum?: { value: number; proven: boolean };
  scenario: Json & { scenario_events?: { type: string }[] };
}

const REFERENCE = path.join(import.meta.dirname, '..', '..', 'reference');
const golden = JSON.parse(gunzipSync(readFileSync(path.join(REFERENCE, 'designs.json.gz'))).toString('utf8')) as {
  designs: Record<string, { settlement: Json }>;
  instances: Instance[] | Record<string, Instance>;
};

export const INSTANCES: Instance[] = Object.values(golden.instances);

/** The `settlement` block of a design of an instance. */
export function settlementOf(instance: Instance, design: string): Json {
  return instance.settlements?.[design] ?? golden.designs[design]!.settlement;
}

/** Preset blocks as they are published. */
export const GOLDEN_PRESETS = JSON.parse(readFileSync(path.join(REFERENCE, 'presets.json'), 'utf8')) as Record<string, Json>;

/** What a tick of spec 12 logs, and other events of the tick that it decides about. */
const LISTED_EVENTS: ReadonlySet<string> = new Set([
  ...['ReservationSet', 'OutageEnded', 'CounterpartyReaction', 'PolicyHold', 'RtgsWithdrawal', 'RtgsResubmission'],
  ...['BilateralLimitExceeded', 'MultilateralLimitExceeded', 'OverdueTransactionSettled', 'RtgsImmediateSettlement'],
  ...['EntryDispositionOffset', 'EntryBlocked', 'QueuedRtgs', 'Queue2LiquidityRelease', 'LsmBilateralOffset'],
  ...['LsmCycleSettlement', 'LsmNettedSettlement', 'SettlementUnwound', 'AlgorithmRun', 'SettlementRun'],
  ...['AlgorithmExecution', 'DeferredCreditApplied', 'TransactionWentOverdue', 'PaymentCancelled'],
]);

/** A settlement without a payment, of a scenario event. */
const isSynthetic = (event: SimulationEvent): boolean =>
  'tx_id' in event && typeof event.tx_id === 'string' && event.tx_id.startsWith('scheduled_settlement_');

export interface Outcome extends Expectation {
  events: Json[];
  /** Where an `LsmNettedSettlement` contradicts the payments that it names. */
  contradictions: string[];
  /** Whether an optimum was found whose ties are not resolved within the node limit. */
  proof: 'full' | 'value' | 'none';
}

/** Runs an instance under a design. */
export function runInstance(instance: Instance, settlement: Json): Outcome {
  const simulation = Simulation.create({ ...instance.scenario, settlement } as unknown as ScenarioInput);
  simulation.run();
  return outcomeOf(instance, [...simulation.events]);
}

/** Sets, balances and listed events of a log, recomputed from the events and the payments of the document. */
function outcomeOf({ banks, payments }: Instance, log: readonly SimulationEvent[]): Outcome {
  const places = new Map<string, number>();
  const outcome: Outcome = {
    sets: [],
    number: 0,
    value: 0,
    balances: Object.fromEntries(banks.map(({ id, balance }) => [id, balance])),
    events: [],
    contradictions: [],
    proof: 'full',
  };
  const settled = new Set<number>();
  const add = (tick: number, mechanism: string, ids: readonly string[]): void => {
    // A ring is written down with its first payment at its end once more.
    const members = [...new Set(ids)].map((id) => places.get(id)!);
    for (const place of members) {
      const { amount, from, to } = payments[place]!;
      if (settled.has(place)) outcome.contradictions.push(`payment ${place} settles twice`);
      settled.add(place);
      outcome.number++;
      outcome.value += amount;
      outcome.balances[from]! -= amount;
      outcome.balances[to]! += amount;
    }
    outcome.sets.push([tick, mechanism, members.sort((x, y) => x - y)]);
  };
  for (const event of log) {
    if (event.event_type === 'Arrival') places.set(event.tx_id, places.size);
    if (isSynthetic(event)) continue;
    if (LISTED_EVENTS.has(event.event_type)) outcome.events.push(event as unknown as Json);
    switch (event.event_type) {
      case 'RtgsImmediateSettlement':
        add(event.tick, 'entry', [event.tx_id]);
        break;
      case 'EntryDispositionOffset':
        add(event.tick, 'entry_offset', [event.incoming_tx_id, event.queued_tx_id]);
        break;
      case 'Queue2LiquidityRelease':
        add(event.tick, event.release_reason === 'receipt_reactive' ? 'receipt_reactive' : 'retry', [event.tx_id]);
        break;
      case 'LsmBilateralOffset':
        add(event.tick, 'bilateral', event.tx_ids);
        break;
      case 'LsmCycleSettlement':
        add(event.tick, 'rings', event.tx_ids);
        break;
      case 'LsmNettedSettlement': {
        add(event.tick, event.algorithm, event.tx_ids);
        const described = event.tx_ids.map((_, k) => [event.senders[k], event.receivers[k], event.amounts[k]]);
        const named = event.tx_ids.map((id) => payments[places.get(id)!]!);
        const meant = named.map(({ amount, from, to }) => [from, to, amount]);
        if (JSON.stringify(described) !== JSON.stringify(meant)) outcome.contradictions.push('payments are described wrongly');
        const nets = Object.fromEntries(event.agents.map((id) => [id, 0]));
        for (const { amount, from, to } of named) {
          nets[from]! -= amount;
          nets[to]! += amount;
        }
        if (JSON.stringify(Object.values(nets)) !== JSON.stringify(event.net_positions))
          outcome.contradictions.push(
            `net positions ${event.net_positions.join(' ')}, by the payments ${Object.values(nets).join(' ')}`,
          );
        break;
      }
      case 'AlgorithmRun':
        if (event.proof === 'value' || event.proof === 'none') outcome.proof = event.proof;
    }
  }
  return outcome;
}

/** What differs first between a run and what is expected of it; null where nothing does. */
export function difference(got: Outcome, want: Expectation): string | null {
  if (got.contradictions.length > 0) return got.contradictions[0]!;
  // Where the node limit leaves ties open, methods may choose differently among sets of the same value.
  if (got.proof === 'value' && got.value === want.value && want.events === undefined) return null;
  for (let k = 0; k < Math.max(got.sets.length, want.sets.length); k++) {
    const set = want.sets[k];
    const wanted = set && [set[0], set[1], set[2].toSorted((x, y) => x - y)];
    const [g, w] = [JSON.stringify(got.sets[k]), JSON.stringify(wanted)];
    if (g !== w) return `set ${k + 1}: expected ${w ?? 'none'}, got ${g ?? 'none'}`;
  }
  for (const [id, balance] of Object.entries(want.balances))
    if (got.balances[id] !== balance) return `balance of ${id}: expected ${balance}, got ${got.balances[id]}`;
  return want.events === undefined ? null : eventDifference(got.events, want.events);
}

function eventDifference(got: readonly Json[], want: readonly Json[]): string | null {
  for (let k = 0; k < Math.max(got.length, want.length); k++) {
    const [g, w] = [got[k], want[k]];
    // How many nodes a search visits is each implementation's own.
    const comparable = g !== undefined && w?.nodes === 'any' && Number.isInteger(g.nodes) ? { ...g, nodes: 'any' } : g;
    // Order of keys included.
    if (JSON.stringify(comparable) !== JSON.stringify(w))
      return `event ${k + 1}: expected ${JSON.stringify(w) ?? 'no more'}, got ${JSON.stringify(g) ?? 'none'}`;
  }
  return null;
}
