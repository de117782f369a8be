import { readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { readScenario, readScenarioText, Simulation, type Scenario } from '../src/index.js';
import { loadScenario, REFERENCE_SCENARIOS } from './support/reference.js';

/**
 * What is said of waiting payments is true: whoever gives a bank what it is said to lack finds that obstacle gone, a cent less leaves it,
 * and then the payment settles or something else is named. Tried for every payment that waits when most do.
 */

const EXAMPLES = path.join(import.meta.dirname, '../../../docs/examples');

function demo(): Scenario {
  const { document } = readScenarioText(readFileSync(path.join(EXAMPLES, 'scenarios/demo.yaml'), 'utf8'));
  const readPolicy = (name: string): string => readFileSync(path.join(EXAMPLES, 'scenarios', name), 'utf8');
  return readScenario(document, { exactIntegers: true, readPolicy });
}

const golden = (name: string): Scenario => loadScenario(REFERENCE_SCENARIOS.find((one) => one.name === name)!);

const SCENARIOS: [string, () => Scenario][] = [
  ['demo', demo],
  ...['mixed-five-days', 'lsm-gridlock-20', 'limits-with-lsm'].map((name): [string, () => Scenario] => [
    name,
    () => golden(name),
  ]),
];

/** The simulation at the beginning and at the end of the tick at whose end most waits centrally, of several the first. */
function longestQueue(scenario: Scenario): { before: string; after: string } {
  const simulation = Simulation.create(scenario);
  let [before, most] = [simulation.snapshot(), -1];
  let longest = { before, after: before };
  while (simulation.currentTick < simulation.totalTicks) {
    before = simulation.snapshot();
    simulation.tick();
    if (simulation.queue2().length <= most) continue;
    most = simulation.queue2().length;
    longest = { before, after: simulation.snapshot() };
  }
  return longest;
}

interface Bank {
  id: string;
  balance: number;
  /** What the day has been so far: opening, lowest and highest balance, …; last the lowest one of the run. */
  open_day: number[];
}

/** Gives or takes money, and lets the day look as if that had been so. */
function change(bank: Bank, cents: number): void {
  bank.balance += cents;
  const [, lowest, highest] = bank.open_day as [number, number, number];
  bank.open_day[1] = Math.min(lowest, bank.balance);
  bank.open_day[2] = Math.max(highest, bank.balance);
  bank.open_day[10] = Math.min(bank.open_day[10]!, bank.balance);
}

/** A fork in which a bank has more money, which comes from the richest of the banks that have nothing to do with the payment. */
function richer(scenario: Scenario, snapshot: string, bank: string, cents: number, except: string): Simulation {
  const state = JSON.parse(snapshot) as { agents: Bank[] };
  const find = (id: string): Bank => state.agents.find((one) => one.id === id)!;
  const others = state.agents.filter(({ id }) => id !== bank && id !== except).sort((a, b) => b.balance - a.balance);
  change(others[0] ?? find(except), -cents);
  change(find(bank), cents);
  return Simulation.restore(scenario, JSON.stringify(state));
}

describe.each(SCENARIOS)('%s', (_, load) => {
  const scenario = load();
  const { after, before } = longestQueue(scenario);

  it('names what each payment of the central queue lacks, to the cent', () => {
    const simulation = Simulation.restore(scenario, after);
    const waiting = simulation.queue2();
    expect(waiting.length).toBeGreaterThan(0);
    for (const [i, id] of waiting.entries()) {
      if (i % 2 > 0 && waiting.length > 100) continue;
      const { causes, receiver_id, sender_id, shortfall } = simulation.centralWait(id)!;
      expect(causes.includes('liquidity')).toBe(shortfall > 0);
      if (shortfall === 0) continue;
      // A fork takes a while: every fourth payment is tried with a cent less, too, and let go on.
      if (i % 4 === 0) {
        const short = richer(scenario, after, sender_id, shortfall - 1, receiver_id).centralWait(id);
        expect(short).toMatchObject({ shortfall: 1, causes });
      }
      const fork = richer(scenario, after, sender_id, shortfall, receiver_id);
      const next = fork.centralWait(id)!;
      expect(next.causes).toEqual(causes.filter((cause) => cause !== 'liquidity'));
      if (next.causes.length > 0 || fork.currentTick === fork.totalTicks || i % 4 > 0) continue;
      // What comes in while the queue is looked through may be too late for this tick, and enough for the next one.
      do fork.tick();
      while (fork.centralWait(id)?.causes.length === 0 && fork.currentTick < fork.totalTicks);
      const isTakenBack = [...fork.events].some((event) => event.event_type === 'RtgsWithdrawal' && event.tx_id === id);
      const isGone = isTakenBack || fork.transaction(id)!.status === 'Settled';
      expect(isGone).toBe(fork.centralWait(id) === null);
    }
  });

  it('shows the decision that keeps each payment in the own queue of its bank', () => {
    const simulation = Simulation.restore(scenario, before);
    const { traces } = simulation.explainTick();
    const waiting = simulation.agentIds.flatMap((bank) => simulation.queue1(bank));
    // Parts of a payment, and what came back to its bank, are decided about in the next tick.
    const decided = waiting.flatMap((id) => traces.findLast((trace) => trace.tx_id === id) ?? []);
    if (waiting.length > 5) expect(decided.length).toBeGreaterThan(0);
    for (const { action } of decided) expect(['Release', 'ReleaseWithCredit', 'Drop', 'Split']).not.toContain(action);
  });
});
