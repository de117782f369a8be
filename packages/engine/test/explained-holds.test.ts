import { readFileSync } from 'node:fs';
import path from 'node:path';
import { expect, it } from 'vitest';
import type { EventBatch, SimulationEvent } from '@simcash/protocol';
import { readScenario, readScenarioText, Simulation } from '../src/index.js';

/** Every payment that a bank of the demo keeps back has a path through its policy that ends in a hold for that reason (spec 16 T1608). */

const SCENARIOS = path.join(import.meta.dirname, '../../../docs/examples/scenarios');

it('is explained by its policy, whoever holds it and whenever', () => {
  const { document } = readScenarioText(readFileSync(path.join(SCENARIOS, 'demo.yaml'), 'utf8'));
  const readPolicy = (name: string): string => readFileSync(path.join(SCENARIOS, name), 'utf8');
  let events: readonly SimulationEvent[] = [];
  const sink = { write: (batch: EventBatch) => void (events = [...batch]) };
  const simulation = Simulation.create(readScenario(document, { exactIntegers: true, readPolicy }), { sink });
  const holds: unknown[] = [];
  const explained: unknown[] = [];
  while (simulation.currentTick < simulation.totalTicks) {
    const { traces } = simulation.explainTick();
    for (const event of events) {
      if (event.event_type !== 'PolicyHold') continue;
      const { agent_id, reason, tick, tx_id } = event;
      const trace = traces.findLast((one) => one.tx_id === tx_id && one.tree === 'payment_tree');
      const given = trace?.parameters.map(({ text }) => /^reason = "(.*)"$/.exec(text)?.[1]).find(Boolean);
      holds.push({ tick, agent_id, tx_id, action: 'Hold', reason: nameOf(reason) });
      explained.push({ tick, agent_id: trace?.agent_id, tx_id, action: trace?.action, reason: given ?? 'InsufficientLiquidity' });
    }
  }
  expect(holds.length).toBeGreaterThan(5000);
  expect(explained).toEqual(holds);
});

/** The word for a reason that its policy uses. */
const nameOf = (reason: string): string => /^Custom\("(.*)"\)$/.exec(reason)?.[1] ?? reason.split(' ')[0]!;
