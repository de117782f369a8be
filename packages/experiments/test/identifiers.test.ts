import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseRunId, runId, simulationId, simulationPrefix } from '../src/index.js';
import { property } from './support/property.js';
import { conduct } from './support/running.js';

/** Names of runs (spec 11 §3) and of their simulations (spec 09 §7.2). */
describe('the id of a run', () => {
  it('is name, date, time and six hexadecimal digits', () => {
    expect(runId('exp1', new Date(2025, 0, 2, 3, 4, 5), Uint8Array.of(0x0a, 0xbc, 0x01))).toBe('exp1-20250102-030405-0abc01');
  });

  it.each(['exp1', 'exp1-20250102-030405', 'exp1-20250102-030405-0ABC01', '-20250102-030405-0abc01', 'x-2025-030405-0abc01'])(
    'is not %s',
    (id) => expect(parseRunId(id)).toBeNull(),
  );

  const values = fc.tuple(
    fc.stringMatching(/^[\w.-]+$/),
    fc.date({ min: new Date(1970, 0, 2), max: new Date(9999, 0, 1), noInvalidDate: true }),
    fc.uint8Array({ minLength: 3, maxLength: 3 }),
  );
  property('gives its parts back', 300, values, ([name, now, random]) => {
    const id = runId(name, now, random);
    const parts = parseRunId(id)!;
    expect(parts.name).toBe(name);
    expect(`${parts.name}-${parts.date}-${parts.time}-${parts.random}`).toBe(id);
  });
});

describe('the id of a simulation', () => {
  it.each([
    [{ iteration: 0, purpose: 'initial' }, 'run-iter0-initial'],
    [{ iteration: 5, purpose: 'evaluation' }, 'run-iter5-evaluation'],
    [{ iteration: 49, purpose: 'final' }, 'run-iter49-final'],
    [
      { iteration: 5, purpose: 'bootstrap', agent_id: 'BANK_A', variant: 'new', sample: 7 },
      'run-iter5-bootstrap-BANK_A-new-s007',
    ],
    [
      { iteration: 5, purpose: 'bootstrap', agent_id: 'BANK_A', variant: 'old', sample: 1234 },
      'run-iter5-bootstrap-BANK_A-old-s1234',
    ],
  ] as const)('%# says what it is', (identity, id) => {
    expect(simulationId({ run_id: 'run', ...identity })).toBe(id);
  });

  it.each([
    ['iter5:eval', 'run-iter5-evaluation'],
    ['iter5:init', 'run-iter5-initial'],
    ['iter5:boot:BANK_A:new:s007', 'run-iter5-bootstrap-BANK_A-new-s007'],
    ['iter5:final', 'run-iter5-final'],
    ['iter5', 'run-iter5'],
  ])('is found by %s', (selector, prefix) => expect(simulationPrefix('run', selector)).toBe(prefix));

  it('is told once for each simulation of a run, and each of them comes from a work unit', async () => {
    const { events } = await conduct(1, {}, { persistSamples: true });
    const ids = events.flatMap((event) => (event.event_type === 'simulation_run' ? [event.event_data.simulation_id] : []));
    expect(new Set(ids).size).toBe(ids.length);
    const decided = Array.from({ length: 6 }, (_, n) => [
      `run-iter${n}-evaluation`,
      ...['BANK_A', 'BANK_B'].flatMap((bank) => [`run-iter${n}-comparison-${bank}-old`, `run-iter${n}-comparison-${bank}-new`]),
    ]);
    expect(ids).toEqual([...decided.flat(), 'run-iter6-evaluation', 'run-iter6-final']);
  });
});
