import { createHash } from 'node:crypto';
import type { SimulationEvent, TransactionDetails } from '@simcash/protocol';
import { describe, expect, it } from 'vitest';
import { InvalidConfigError, Simulation } from '../src/index.js';
import { loadCalls, loadGoldenLog, loadScenario, REFERENCE_SCENARIOS, type CallLine } from './support/reference.js';
import { runReference, type ReferenceLog, type ReferenceRunOptions } from './support/reference-run.js';

/** Texts of the JSON parser are nobody's contract; everything else in a call line is. */
const PARSER_MESSAGE = /(Failed to parse JSON): .*/;

function comparable(line: string): string {
  if (!line.startsWith('{"call":')) return line;
  const call = JSON.parse(line) as CallLine;
  return JSON.stringify({ ...call, message: call.message?.replace(PARSER_MESSAGE, '$1') ?? null });
}

/** The first line that differs, with the line before it; undefined for equal logs. */
function firstDifference(actual: readonly string[], expected: readonly string[]): unknown {
  for (let i = 0; i < Math.max(actual.length, expected.length); i++) {
    const found = actual[i] === undefined ? 'the log ends' : comparable(actual[i]!);
    const wanted = expected[i] === undefined ? 'the log ends' : comparable(expected[i]!);
    if (found !== wanted) return { line: i + 1, after: expected[i - 1], expected: wanted, found };
  }
  return undefined;
}

/** Where two JSON values differ, as `path: expected …, found …`. */
function differences(actual: unknown, expected: unknown, path = ''): string[] {
  if (isObject(actual) && isObject(expected) && Array.isArray(actual) === Array.isArray(expected)) {
    const keys = new Set([...Object.keys(expected), ...Object.keys(actual)]);
    return [...keys].flatMap((key) => differences(actual[key], expected[key], path === '' ? key : `${path}.${key}`));
  }
  return Object.is(actual, expected) ? [] : [`${path}: expected ${JSON.stringify(expected)}, found ${JSON.stringify(actual)}`];
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null;
}

describe('the golden logs themselves', () => {
  it.each(REFERENCE_SCENARIOS)('$name is the file that the manifest describes', (reference) => {
    const { text, lines } = loadGoldenLog(reference);
    const sha256 = (content: string): string => createHash('sha256').update(content).digest('hex');
    const events = lines.filter((line) => !line.startsWith('{"call":'));
    expect(sha256(text)).toBe(reference.sha256);
    expect(sha256(events.map((line) => `${line}\n`).join(''))).toBe(reference.events_sha256);
    expect(events).toHaveLength(reference.events);
  });
});

describe.each(REFERENCE_SCENARIOS)('$name', (reference) => {
  const golden = loadGoldenLog(reference);
  const calls = loadCalls(reference);
  const scenario = loadScenario(reference);
  const run = (options?: ReferenceRunOptions): ReferenceLog => runReference(scenario, calls, options);

  function expectGolden({ lines, end }: ReferenceLog): void {
    expect(firstDifference(lines, golden.lines)).toBeUndefined();
    if (golden.end.final) {
      expect(differences(end, golden.end).slice(0, 20)).toEqual([]);
    } else {
      const { stage, tick } = golden.end.error!;
      expect(end).toMatchObject({ error: { stage, tick } });
    }
  }

  it('gives the golden log and the golden final state', () => {
    expectGolden(run());
  });

  /** Everything but the list of payments, of which only the open ones are held. */
  function expectGoldenWithoutClosed(released: ReferenceLog): void {
    expect(firstDifference(released.lines, golden.lines)).toBeUndefined();
    if (!golden.end.final) return;
    const { transactions: _, ...state } = golden.end.final;
    const { transactions: held, ...found } = (released.end as { final: Record<string, unknown> }).final;
    expect(differences(found, state)).toEqual([]);
    expect((held as { tx_id: string }[]).map(({ tx_id }) => tx_id)).toEqual(released.open.map(({ tx_id }) => tx_id));
  }

  it('gives the same when final payments are let go', () => {
    expectGoldenWithoutClosed(run({ history: 'release' }));
  });

  it.skipIf(reference.outcome !== 'completed')('hands over every payment once, as the golden final state has it', () => {
    const { handedOver, open } = run({ history: 'release' });
    const transactions = golden.end.final!.transactions as (TransactionDetails & { status: string })[];
    const stored = [...handedOver, ...open].sort((a, b) => (a.tx_id < b.tx_id ? -1 : 1));
    expect(stored.map(({ tx_id }) => tx_id)).toEqual(transactions.map(({ tx_id }) => tx_id));
    const split = new Set(transactions.map(({ parent_tx_id }) => parent_tx_id));
    transactions.forEach((transaction, i) => {
      const { tx_id, remaining_amount, overdue_since_tick: _, status, ...rest } = transaction;
      const isSplit = split.has(tx_id);
      const own = isSplit
        ? { settlement_tick: null, settled_amount: 0 }
        : { settled_amount: transaction.amount - remaining_amount };
      expect(stored[i]).toMatchObject({ tx_id, ...rest, ...own });
      if (isSplit) expect(stored[i]!.outcome).toBe('split');
      else if (status === 'Overdue') expect(['overdue', 'dropped']).toContain(stored[i]!.outcome);
      else expect(stored[i]!.outcome).toBe(status.toLowerCase());
    });
  });

  it.skipIf(reference.outcome === 'load-error')('gives the same when it is saved and restored before every tick', () => {
    expectGolden(run({ interruptBefore: () => true }));
  });

  it.skipIf(reference.outcome === 'load-error')(
    'gives the same when it is both interrupted and lets go of final payments',
    () => {
      expectGoldenWithoutClosed(run({ history: 'release', interruptBefore: (tick) => tick % 7 === 1 }));
    },
  );

  it.skipIf(reference.outcome !== 'completed')('keeps its events as objects whose JSON is the line', () => {
    const events: SimulationEvent[] = [];
    const texts: string[] = [];
    const simulation = Simulation.create(scenario, {
      sink: {
        write(batch) {
          events.push(...batch);
          texts.push(batch.toNdjson());
        },
      },
    });
    simulation.run();
    expect(events.map((event) => `${JSON.stringify(event)}\n`).join('')).toBe(texts.join(''));
  });
});

describe('runs that are refused or fail', () => {
  const reference = (name: string): (typeof REFERENCE_SCENARIOS)[number] =>
    REFERENCE_SCENARIOS.find((scenario) => scenario.name === name)!;

  it('refuses a policy with an unknown field at creation, with the text of the log', () => {
    const unknownField = reference('error-unknown-field');
    const scenario = loadScenario(unknownField);
    const message = loadGoldenLog(unknownField).end.error!.message;
    const issue = {
      agent_id: 'FAULT',
      code: 'InvalidFieldReference',
      path: 'payment_tree.condition.left',
      message: "Invalid field reference: 'moon_phase'",
    } as const;
    expect(() => Simulation.create(scenario)).toThrow(
      new InvalidConfigError(message.replace('Invalid config: ', ''), { issues: [issue] }),
    );
  });

  it('fails the tick of a cap below zero with the text of the log', () => {
    const negativeCap = reference('error-negative-cap');
    const { end, errorName } = runReference(loadScenario(negativeCap), []);
    expect(end).toEqual(loadGoldenLog(negativeCap).end);
    expect(errorName).toBe('InvalidConfigError');
  });

  it('fails the tick of a division by zero', () => {
    const division = reference('error-divide-by-zero');
    expect(runReference(loadScenario(division), []).errorName).toBe('PolicyRuntimeError');
  });
});
