import { readFileSync, readdirSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { readScenario, Simulation } from '../../src/index.js';
import type { PolicyDocument } from '../../src/policy/document.js';
import { parsePolicy } from '../../src/policy/parse.js';
import { validatePolicy } from '../../src/policy/validate.js';
import { scenario, type Bank } from './support/simulations.js';

const FOLDER = new URL('../../../../docs/examples/policies/', import.meta.url);
const FILES = readdirSync(FOLDER).filter((name) => name.endsWith('.json'));
const TICKS = 1_000;

const read = (name: string): string => readFileSync(new URL(name, FOLDER), 'utf8');

/** Banks that are short of money, with payments of all sizes among them. */
function market(policies: readonly PolicyDocument[], seed: number): Record<string, unknown> {
  const ids = ['BANK_A', 'BANK_B', 'BANK_C', 'BANK_D'];
  const banks = ids.map((id, i): Bank => {
    const others = ids.filter((other) => other !== id);
    return {
      id,
      balance: 150_000 + 100_000 * i,
      cap: 100_000,
      pool: 400_000,
      posted: i === 3 ? 50_000 : 0,
      policy: policies[i % policies.length]!,
      arrivals: {
        rate_per_tick: 0.35,
        amount_distribution: { type: 'LogNormal', mean: 60_000, std_dev: 120_000 },
        counterparty_weights: Object.fromEntries(others.map((other, k) => [other, k + 1])),
        deadline_range: [4, 40],
        priority_distribution: { type: 'Uniform', min: 0, max: 10 },
      },
    };
  });
  return scenario(banks, {
    ticks_per_day: 100,
    num_days: TICKS / 100,
    rng_seed: seed,
    cost_rates: {},
    lsm_config: { enable_bilateral: true, enable_cycles: true, max_cycle_length: 4, max_cycles_per_tick: 10 },
  });
}

/** Runs all ticks; every tick must succeed and no bank may owe more than it can. */
function run(policies: readonly PolicyDocument[], seed: number): Map<string, number> {
  const counts = new Map<string, number>();
  const simulation = Simulation.create(readScenario(market(policies, seed)), {
    sink: { write: (batch) => [...batch].forEach(({ event_type }) => counts.set(event_type, (counts.get(event_type) ?? 0) + 1)) },
  });
  while (simulation.currentTick < TICKS) simulation.tick();
  for (const { max_collateral_capacity, posted_collateral } of simulation.agents()) {
    expect(posted_collateral).toBeGreaterThanOrEqual(0);
    expect(posted_collateral).toBeLessThanOrEqual(max_collateral_capacity);
  }
  return counts;
}

/** Warnings about parts of a document that have no effect. */
const DOUBTFUL: string[] = [
  ...['UnknownActionParameter', 'MissingActionParameter', 'UnusedParameter', 'RegisterWithoutPrefix', 'NoPaymentTree'],
  ...['FieldAlwaysZero', 'ConstantCondition', 'UnreachableBranch'],
];

describe('the policy library', () => {
  it('has the documents that the example scenarios and the guide name', () => {
    expect(FILES.map((name) => name.replace('.json', '')).sort()).toEqual(
      [
        ...[
          'cautious_liquidity_preserver',
          'target2_aggressive_settler',
          'target2_conservative_offsetter',
          'target2_limit_aware',
        ],
        ...[
          'target2_priority_aware',
          'target2_priority_escalator',
          'target2_crisis_proactive_manager',
          'target2_crisis_risk_denier',
        ],
        ...[
          'efficient_proactive',
          'adaptive_liquidity_manager',
          'aggressive_market_maker',
          'agile_regional_bank',
          'balanced_cost_optimizer',
        ],
        ...[
          'deadline_driven_trader',
          'goliath_national_bank',
          'momentum_investment_bank',
          'smart_splitter',
          'efficient_splitting',
        ],
        ...[
          'cost_aware_test',
          'time_aware_test',
          'efficient_memory_adaptive',
          'memory_driven_strategist',
          'smart_budget_manager',
        ],
        'sophisticated_adaptive_bank',
      ].sort(),
    );
  });

  describe.each(FILES)('%s', (file) => {
    const document = parsePolicy(read(file));

    it('is valid, and only known leftovers give warnings', () => {
      const { errors, warnings } = validatePolicy(document);
      expect(errors).toEqual([]);
      const unused: Record<string, string[]> = {
        'target2_conservative_offsetter.json': ['prefer_hold_threshold'],
        'target2_crisis_proactive_manager.json': ['limit_safety_margin'],
      };
      const told = warnings.filter(({ code }) => DOUBTFUL.includes(code));
      expect(told.map(({ code, path }) => `${code} ${path}`)).toEqual(
        (unused[file] ?? []).map((name) => `UnusedParameter parameters.${name}`),
      );
    });

    it('bears the name of its file', () => {
      expect(`${document.policy_id}.json`).toBe(file);
    });

    it('runs a thousand ticks', () => {
      const counts = run([document], 11);
      expect(counts.get('Arrival')).toBeGreaterThan(TICKS);
      expect(counts.get('RtgsImmediateSettlement')).toBeGreaterThan(100);
      expect(counts.get('EndOfDay')).toBe(10);
    });
  });

  it('its policies run together, with scarcity and offsetting', () => {
    const documents = FILES.map((file) => parsePolicy(read(file)));
    const total = new Map<string, number>();
    for (let first = 0; first < documents.length; first += 4) {
      for (const [type, count] of run(documents.slice(first, first + 4), 100 + first))
        total.set(type, (total.get(type) ?? 0) + count);
    }
    for (const type of [
      'QueuedRtgs',
      'Queue2LiquidityRelease',
      'LsmBilateralOffset',
      'LsmCycleSettlement',
      'TransactionWentOverdue',
    ]) {
      expect(total.get(type), type).toBeGreaterThan(0);
    }
  });
});
