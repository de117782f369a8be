import * as fc from 'fast-check';
import { describe } from 'vitest';
import {
  InvalidConfigError,
  parsePolicy,
  PolicyDocumentError,
  Simulation,
  SimulationError,
  validatePolicy,
  type PolicyIssue,
  type ScenarioInput,
} from '../properties/engine.js';
import { policyDocument } from '../properties/policies.js';
import { fuzz, fuzzValues, seedOf, type Finding } from './fuzz.js';
import { KNOWN_POLICIES } from './known.js';
import { brokenText, regrown } from './policy-damage.js';
import type { Json } from './snapshot-alterations.js';

/** Banks that owe each other more than they have, so that the trees have something to decide; bank `A` follows the document. */
function scenario(json_string: string): ScenarioInput {
  const payment = (tick: number, from_agent: string, to_agent: string, amount: number, deadline: number): object => ({
    type: 'CustomTransactionArrival',
    ...{ from_agent, to_agent, amount, priority: 5, deadline, is_divisible: true },
    schedule: { type: 'Repeating', start_tick: tick, interval: 2 },
  });
  const credit = { unsecured_cap: 100, max_collateral_capacity: 500, posted_collateral: 100 };
  return {
    simulation: { ticks_per_day: 3, num_days: 2, rng_seed: 1 },
    agents: [
      { id: 'A', opening_balance: 300, liquidity_pool: 200, ...credit, policy: { type: 'InlineJson', json_string } },
      { id: 'B', opening_balance: 100, ...credit },
      { id: 'C', opening_balance: 0 },
    ],
    scenario_events: [
      payment(0, 'A', 'B', 250, 2),
      payment(0, 'A', 'C', 400, 4),
      payment(1, 'B', 'A', 300, 3),
      payment(1, 'C', 'A', 200, 1),
    ],
  } as ScenarioInput;
}

/** Splits of splits may multiply; more than this shows nothing new. */
const MANY_PAYMENTS = 3_000;

/** Runs a document; returns the error that ended the run. */
function runOf(text: string): { at: 'creation' | 'tick'; error: unknown } | null {
  let simulation: Simulation;
  try {
    simulation = Simulation.create(scenario(text));
  } catch (error) {
    return { at: 'creation', error };
  }
  try {
    while (simulation.currentTick < simulation.totalTicks) {
      simulation.tick();
      if (simulation.transactionCounts().total_transactions > MANY_PAYMENTS) break;
    }
    return null;
  } catch (error) {
    return { at: 'tick', error };
  }
}

const finding = (key: string, error: unknown, text: string): Finding => ({
  key,
  message: `${error instanceof Error ? (error.stack ?? error.message).slice(0, 600) : String(error)}\n${text.slice(0, 1500)}`,
});

/** Issues say what is wrong and where; only what concerns the whole text stands nowhere. */
function unsound(issues: readonly PolicyIssue[]): string | null {
  if (issues.length === 0) return 'no issue';
  for (const { code, message, path } of issues) {
    if (typeof code !== 'string' || code === ('' as string) || message === '') return `issue without code: ${message}`;
    if (path === '' && code !== 'ParseError') return `${code} without path: ${message}`;
  }
  return null;
}

/** What is wrong with the way in which a document is met, whatever it is. */
function met(text: string): Finding | null {
  let errors: readonly PolicyIssue[];
  try {
    errors = validatePolicy(parsePolicy(text)).errors;
  } catch (error) {
    if (!(error instanceof PolicyDocumentError)) return finding(`reading: ${(error as Error).name}`, error, text);
    errors = error.issues;
  }
  const wrong = errors.length > 0 ? unsound(errors) : null;
  if (wrong !== null) return finding('issues', wrong, text);
  const failure = runOf(text);
  if (failure === null) return errors.length === 0 ? null : finding('created although invalid', errors[0]!.message, text);
  const { at, error } = failure;
  if (at === 'tick') return error instanceof SimulationError ? null : finding(`tick: ${(error as Error).name}`, error, text);
  if (!(error instanceof InvalidConfigError)) return finding(`creation: ${(error as Error).name}`, error, text);
  if (errors.length === 0)
    return /initial_liquidity_fraction/.test(error.message) ? null : finding('refused although valid', error, text);
  const inConfig = unsound(error.issues);
  return inConfig === null ? null : finding('issues of the configuration', inConfig, text);
}

describe('a policy document', () => {
  const BANKS = ['A', 'B', 'C'];

  fuzzValues('that the grammar allows runs', 2500, policyDocument(BANKS), (document) => {
    const failure = runOf(JSON.stringify(document));
    if (failure !== null) throw failure.error;
  });

  const documents = fc
    .sample(policyDocument(BANKS), { numRuns: 500, seed: seedOf('policies') })
    .map((document) => JSON.stringify(document));

  fuzz('that was damaged runs, or is refused with a place', 2500, KNOWN_POLICIES, (random): Finding | null => {
    let text = random.pick(documents);
    for (let i = random.below(4); i > 0; i--) text = JSON.stringify(regrown(JSON.parse(text) as Json, random));
    return met(random.chance(0.4) ? brokenText(text, random) : text);
  });
});
