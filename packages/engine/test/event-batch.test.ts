import type { EventBatch } from '@simcash/protocol';
import { describe, expect, it } from 'vitest';
import { Simulation } from '../src/index.js';
import { loadGoldenLog, loadScenario, REFERENCE_SCENARIOS } from './support/reference.js';

describe('batches of events', () => {
  const reference = REFERENCE_SCENARIOS.find(({ name }) => name === 'events-all-kinds')!;

  it('stay as they are when they are copied, also onto copies that are not needed any more', () => {
    const kept: EventBatch[] = [];
    const lines: string[] = [];
    let spare: EventBatch | undefined;
    const sink = {
      write(batch: EventBatch): void {
        kept.push(batch.copy());
        // Every second copy takes the place of the one before, which was longer or shorter.
        const copy = batch.copy(kept.length % 2 === 0 ? spare : undefined);
        lines.push(copy.toNdjson());
        spare = copy;
      },
    };
    Simulation.create(loadScenario(reference), { sink }).run();
    const golden = loadGoldenLog(reference)
      .lines.map((line) => `${line}\n`)
      .join('');
    expect(kept.map((batch) => batch.toNdjson()).join('')).toBe(golden);
    expect(lines.join('')).toBe(golden);
    expect(new Set(kept.map(({ length }) => length)).size).toBeGreaterThan(2);
  });
});
