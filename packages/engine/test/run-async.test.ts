import { expect, it } from 'vitest';
import { readScenario, Simulation } from '../src/index.js';
import { scenario } from './support/scenarios.js';

/** A run beside which other things go on. */

const arrival_config = (id: string): object => ({
  rate_per_tick: 20,
  amount_distribution: { type: 'Uniform', min: 1, max: 100 },
  counterparty_weights: { [id]: 1 },
  deadline_range: [2, 9],
});
const document = readScenario(
  scenario({ banks: { A: { arrival_config: arrival_config('B') }, B: { arrival_config: arrival_config('A') } } }),
);

it('tells the same as one without them, which have their turn', async () => {
  const turns: number[] = [];
  const timer = setInterval(() => turns.push(performance.now()));
  const simulation = Simulation.create(document);
  const results = await simulation.runAsync();
  // So that there is a turn on a fast machine, too.
  while (turns.length === 0) await Simulation.create(document).runAsync();
  clearInterval(timer);
  const plain = Simulation.create(document);
  expect(results).toEqual(plain.run());
  expect(simulation.events.toNdjson()).toBe(plain.events.toNdjson());
});

it('ends after the running tick, and goes on', async () => {
  const stop = new AbortController();
  const sink = { write: ({ tick }: { tick: number }) => tick === 6 && stop.abort() };
  const simulation = Simulation.create(document, { sink: { write: (batch) => void sink.write(batch) } });
  expect(await simulation.runAsync({ signal: stop.signal })).toHaveLength(7);
  expect(await simulation.runAsync({ untilTick: 10 })).toHaveLength(3);
  const whole = Simulation.create(document);
  whole.run({ untilTick: 10 });
  expect(simulation.snapshot()).toBe(whole.snapshot());
});
