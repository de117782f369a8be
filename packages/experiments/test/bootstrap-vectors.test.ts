import type { SimulationDraw } from '@simcash/protocol';
import { describe, expect, it } from 'vitest';
import { simulationRunner } from '../../engine/src/index.js';
import {
  collectHistories,
  costStatistics,
  defaultPolicy,
  effectiveScenario,
  iterationSeed,
  resample,
  sampleSeed,
  sandbox,
  sandboxDraw,
} from '../src/index.js';
import { scenarios } from './support/paper.js';

/** Golden values of the twelve-period scenario, both banks at one half, master seed 42, first iteration (spec 11 §7.4). */
const AGENTS = ['BANK_A', 'BANK_B'] as const;
type Bank = (typeof AGENTS)[number];
const TICKS = 12;
const SEED = 1088125515;

const profile = Object.fromEntries(AGENTS.map((id) => [id, defaultPolicy(id)]));
const context = simulationRunner.run({ scenario: effectiveScenario(scenarios[2], profile, SEED), ticks: TICKS });
const histories = collectHistories(context.events, AGENTS, { asReference: true });

function countsByType(): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const { event_type } of context.events) counts[event_type] = (counts[event_type] ?? 0) + 1;
  return counts;
}

describe('the day from which samples are drawn', () => {
  it('has the seed of the first bank', () => {
    expect(iterationSeed('42', 0, 'BANK_A')).toBe(SEED);
  });

  it('costs both banks the same and has the known events', () => {
    expect(AGENTS.map((id) => context.agents[id]!.last_day.total_cost)).toEqual([49800, 49800]);
    expect(countsByType()).toEqual({
      Arrival: 57,
      PolicySubmit: 57,
      RtgsSubmission: 57,
      RtgsImmediateSettlement: 57,
      CostAccrual: 24,
      DeferredCreditApplied: 23,
      LiquidityReturn: 2,
      EndOfDay: 1,
      // Of the first day, which the reference does not log.
      LiquidityAllocation: 2,
    });
  });

  it('has the known payments, deadlines as the reference misreads them', () => {
    const { BANK_A, BANK_B } = histories;
    const sumOf = (records: readonly { amount: number }[]): number => records.reduce((sum, { amount }) => sum + amount, 0);
    expect([BANK_A!.outgoing.length, BANK_A!.incoming.length, sumOf(BANK_A!.outgoing)]).toEqual([26, 31, 338803]);
    expect([BANK_B!.outgoing.length, BANK_B!.incoming.length, sumOf(BANK_B!.outgoing)]).toEqual([31, 26, 334282]);
    expect(new Set(AGENTS.flatMap((id) => histories[id]!.outgoing.map((record) => record.settlement_offset)))).toEqual(
      new Set([0]),
    );
    expect(BANK_A!.outgoing.map((record) => [record.arrival_tick, record.deadline_offset, record.amount])).toEqual(
      [
        '0,3,6800 0,7,13209 0,7,10851 0,4,15281 2,5,19380 2,6,10717 2,9,7304 3,7,6164 4,12,13140 4,12,6860',
        '5,12,30154 6,9,10088 6,10,10505 6,12,11662 7,12,28458 8,12,11074 8,12,7697 8,12,11538 9,12,23934 9,12,14864',
        '10,12,28801 10,12,5647 10,12,13785 11,12,6235 11,12,5661 11,12,8994',
      ].flatMap((line) => line.split(' ').map((triple) => triple.split(',').map(Number))),
    );
  });

  it('gives deadlines from arrival on in the right semantics', () => {
    const { BANK_A } = collectHistories(context.events, AGENTS, { asReference: false });
    for (const [i, record] of BANK_A!.outgoing.entries()) {
      expect(record.deadline_offset).toBe(histories.BANK_A!.outgoing[i]!.deadline_offset - record.arrival_tick);
    }
  });
});

describe('sample 0 of BANK_A', () => {
  const sample = resample(histories.BANK_A!, 0, sampleSeed(SEED, 0), TICKS);

  it('has the known payments', () => {
    expect(sample.outgoing.slice(0, 8).map((record) => [record.amount, record.arrival_tick, record.deadline_tick])).toEqual([
      [5661, 11, 12],
      [13785, 10, 12],
      [7304, 4, 12],
      [11662, 4, 12],
      [6164, 7, 12],
      [5647, 0, 12],
      [7304, 6, 12],
      [13140, 1, 12],
    ]);
  });

  it('has the known incoming money', () => {
    expect(sample.incoming.slice(0, 8).map((record) => [record.amount, record.settlement_tick])).toEqual([
      [11522, 6],
      [7729, 10],
      [8918, 6],
      [10533, 9],
      [6398, 11],
      [6398, 3],
      [5608, 3],
      [18671, 10],
    ]);
  });
});

describe('costs of fifty samples', () => {
  const drawsOf = (bank: Bank): SimulationDraw[] =>
    Array.from({ length: 50 }, (_, k) => sandboxDraw(resample(histories[bank]!, k, sampleSeed(SEED, k), TICKS), bank, TICKS));
  const draws = { BANK_A: drawsOf('BANK_A'), BANK_B: drawsOf('BANK_B') };

  function costs(bank: Bank, fraction: number): number[] {
    const entry = (scenarios[2].agents as { id: string }[]).find(({ id }) => id === bank)!;
    const policy = { ...defaultPolicy(bank), parameters: { initial_liquidity_fraction: fraction } };
    const [outcomes] = simulationRunner.runBatch({
      scenario: sandbox(scenarios[2], entry, { ticks: TICKS, asReference: true }),
      ticks: TICKS,
      agent_id: bank,
      report: [bank],
      variants: [
        { policy: { type: 'InlineJson', json_string: JSON.stringify(policy) }, liquidity_allocation_fraction: fraction },
      ],
      draws: draws[bank],
    });
    return outcomes!.map(({ agents }) => agents[bank]!.last_day.total_cost);
  }

  it.each([
    [0, [63499, 62933, 45512, 81486], [48702, 57403, 32296, 65109]],
    [0.02, [38087, 42267, 26007, 50168], [28684, 38341, 17725, 39642]],
    [0.04, [25187, 31489, 16187, 34187], [17004, 22724, 10509, 23499]],
    [0.06, [15976, 19072, 10525, 21427], [11596, 13185, 7827, 15364]],
    [0.08, [12451, 10398, 9479, 15423], [9944, 7315, 7853, 12034]],
    [0.1, [11733, 4663, 10400, 13066], [10491, 3227, 9569, 11414]],
    [0.12, [12141, 954, 11868, 12414], [12193, 1710, 11704, 12682]],
    [0.15, [14940, 0, 14940, 14940], [14940, 0, 14940, 14940]],
    [0.5, [49800, 0, 49800, 49800], [49800, 0, 49800, 49800]],
  ])('have the known mean, deviation and interval at %f', (fraction, expectedA, expectedB) => {
    for (const [bank, [mean, std_dev, ci_95_lower, ci_95_upper]] of [
      ['BANK_A', expectedA],
      ['BANK_B', expectedB],
    ] as const) {
      expect(costStatistics(costs(bank, fraction))).toEqual({ mean, std_dev, ci_95_lower, ci_95_upper });
    }
  });

  it('are the known ones at 0.04, sample by sample', () => {
    expect(costs('BANK_A', 0.04).slice(0, 10)).toEqual([21264, 3984, 7040, 3984, 19380, 42425, 6199, 3984, 132853, 117328]);
    expect(costs('BANK_B', 0.04).slice(0, 10)).toEqual([3984, 3984, 8458, 3984, 3984, 3984, 9660, 3984, 47606, 10557]);
  });
});
