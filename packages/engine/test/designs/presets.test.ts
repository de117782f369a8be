import { describe, expect, it } from 'vitest';
import { readScenario } from '../../src/index.js';
import { UNTIL_STABLE } from '../../src/scenario/settlement/config.js';
import { PRESETS } from '../../src/scenario/settlement/presets.js';
import { loadCalls, loadGoldenLog, REFERENCE_SCENARIOS } from '../support/reference.js';
import { runReference } from '../support/reference-run.js';
import { GOLDEN_PRESETS } from './support/golden.js';
import { withSettlement } from './support/old-keys.js';

const blocks = Object.fromEntries(Object.entries(PRESETS).map(([name, { block }]) => [name, block]));
const document = {
  simulation: { ticks_per_day: 12, num_days: 1, rng_seed: 1 },
  agents: [
    { id: 'A', opening_balance: 10, policy: { type: 'Fifo' } },
    { id: 'B', opening_balance: 10, policy: { type: 'Fifo' } },
  ],
};
const resolved = (settlement: unknown): unknown => readScenario({ ...document, settlement }).config.settlement;

describe('presets (spec 12 §7)', () => {
  it('are the published blocks, and one more', () => {
    const { best, ...published } = blocks;
    expect(published).toEqual(GOLDEN_PRESETS);
    expect(best).toBeDefined();
  });

  it.each(Object.keys(PRESETS))('%s resolves to what its block says when it is written out', (name) => {
    expect(resolved({ preset: name })).toEqual(resolved(blocks[name]));
  });

  it('differ from each other', () => {
    const texts = Object.keys(PRESETS).map((name) => JSON.stringify(resolved({ preset: name })));
    expect(new Set(texts).size).toBe(texts.length);
  });

  it('are taken first; entry and queue are merged key by key, other keys are replaced', () => {
    const given = { preset: 't2', queue: { priority: 'internal' }, limits: 'gross', runs: [{ algorithms: ['multilateral'] }] };
    expect(resolved(given)).toEqual({
      entry: { gross: { highly_urgent: true, urgent: true, normal: true }, offset: 'head_or_inflow' },
      queue: {
        priority: 'internal',
        urgent_receivers: [],
        discipline: { highly_urgent: 'strict', urgent: 'strict', normal: 'class_bypass' },
      },
      limits: 'gross',
      reservations: [],
      runs: [
        {
          name: 'run1',
          when: 'every_tick',
          classes: ['highly_urgent', 'urgent', 'normal'],
          repeat: 1,
          retry_after: true,
          algorithms: [{ type: 'multilateral', on_shortfall: 'carry' }],
        },
      ],
      report: 'changes',
    });
    expect(UNTIL_STABLE).toBe(1000);
  });
});

const REPORTS = ['AlgorithmExecution', 'AlgorithmRun', 'SettlementRun'].map((type) => `{"event_type":"${type}"`);
const withoutReports = (lines: readonly string[]): string[] =>
  lines.filter((line) => !REPORTS.some((start) => line.startsWith(start)));

describe('a reference scenario with settlement in place of the keys that it replaces', () => {
  const loadable = REFERENCE_SCENARIOS.filter(({ outcome }) => outcome !== 'load-error');

  it.each(loadable.map((reference) => [reference.name, reference] as const))('%s has its golden log', (_, reference) => {
    const run = runReference(withSettlement(reference), loadCalls(reference));
    const golden = withoutReports(loadGoldenLog(reference).lines);
    const lines = withoutReports(run.lines);
    const first = lines.findIndex((line, i) => line !== golden[i] && !line.startsWith('{"call":"update_agent_policy"'));
    expect([first, lines[first]]).toEqual([-1, undefined]);
    expect(lines).toHaveLength(golden.length);
  });

  it('logs reports that the golden log does not have', () => {
    const reference = loadable.find(({ name }) => name === 'lsm-cycles')!;
    const { lines } = runReference(withSettlement(reference), []);
    expect(lines.some((line) => line.startsWith('{"event_type":"AlgorithmRun"'))).toBe(true);
    expect(lines.some((line) => line.startsWith('{"event_type":"SettlementRun"'))).toBe(true);
  });
});
