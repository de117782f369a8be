import { issueText, type Policy } from '@simcash/protocol';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { simulationRunner } from '../../engine/src/index.js';
import { Levels } from '../src/decisions/levels.js';
import {
  certificateLooks,
  daySeed,
  defaultPolicy,
  drawsPayments,
  ExperimentError,
  ExperimentInterrupted,
  forScenario,
  InProcessExecutor,
  readExperiment,
  race,
  raceLooks,
  regretCertificate,
  runExperiment,
} from '../src/index.js';
import { testCostChart } from '../src/report/chart.js';
import { candidatesFor } from '../src/conclusions/candidates.js';
import { scenarios } from './support/paper.js';
import { property } from './support/property.js';
import { endOf, finish, hostOf, preparedFor } from './support/running.js';

/** Many independent days: search, judgement, endings (spec 17 §1–§9). */
const FRACTION = 'initial_liquidity_fraction';
const constraints = {
  allowed_parameters: [{ name: FRACTION, param_type: 'float', min_value: 0, max_value: 1 }],
  allowed_actions: { payment_tree: ['Release', 'Hold', 'Drop'] },
};
const FILE = {
  name: 'days',
  scenario: 'in memory',
  evaluation: { ticks: 12, days: { search: 50, acceptance: 60, test: 40 } },
  convergence: { max_iterations: 6, stability_window: 2, certificate: { points: 3 } },
  optimizer: { type: 'grid', step: 0.25 },
  optimized_agents: ['BANK_A', 'BANK_B'],
  policy_constraints: constraints,
};
const definitionOf = (changes: object = {}) =>
  forScenario(readExperiment({ ...FILE, ...changes }).definition, scenarios[2]).definition;
const played = async (changes: object = {}, members: object = {}) =>
  finish(await preparedFor(definitionOf(changes), { scenario: scenarios[2], ...members }));

describe('the mode of a file', () => {
  const modeOf = (scenario: (typeof scenarios)[1], changes: object = {}): string =>
    forScenario(readExperiment({ ...FILE, ...changes }).definition, scenario).definition.evaluation.mode;

  it('follows from the scenario', () => {
    expect([1, 2, 3].map((n) => drawsPayments(scenarios[n as 1]))).toEqual([false, true, false]);
    expect([1, 2].map((n) => modeOf(scenarios[n as 1]))).toEqual(['deterministic-pairwise', 'monte-carlo']);
    expect(modeOf(scenarios[2], { semantics: 'reference' })).toBe('bootstrap');
  });

  it.each([
    [
      { evaluation: { ticks: 2, mode: 'monte-carlo' } },
      1,
      'evaluation.mode: the scenario draws nothing: use deterministic-pairwise',
    ],
    [
      { evaluation: { ticks: 12, mode: 'monte-carlo' }, semantics: 'reference' },
      2,
      'evaluation.mode: monte-carlo needs semantics: corrected',
    ],
  ] as const)('is refused where it does not fit: %j', (changes, n, message) => {
    try {
      modeOf(scenarios[n], changes);
      expect.unreachable();
    } catch (error) {
      expect((error as ExperimentError).issues.map(issueText)).toEqual([message]);
    }
  });
});

describe('a run', () => {
  it('judges on fresh days: the seeds of every comparison are those of its iteration and bank', async () => {
    const { stored } = await played();
    const judged = stored.iterations.flatMap(({ evaluations, iteration }) => evaluations.map((row) => ({ iteration, ...row })));
    const compared = judged.filter(({ days }) => days !== null);
    expect(compared.length).toBeGreaterThan(1);
    for (const { agent_id, days, iteration } of compared)
      expect(days!.map(({ seed }) => seed)).toEqual(
        Array.from({ length: 60 }, (_, r) => daySeed(42, 'acceptance', [iteration, agent_id], r)),
      );
  });

  it('ends as it would have without the break', async () => {
    const whole = await played();
    const run = await preparedFor(definitionOf(), { scenario: scenarios[2], runId: 'broken' });
    const told = runExperiment(run);
    for await (const event of told) if (event.event_type === 'evaluation' && event.iteration === 2) break;
    const resume = (await run.store!.load('broken'))!;
    expect(resume.iterations).toHaveLength(2);
    const resumed = await finish({ ...run, resume });
    expect(resumed.stored.result).toEqual(whole.stored.result);
    expect(resumed.stored.iterations.map(({ policies }) => policies)).toEqual(
      whole.stored.iterations.map(({ policies }) => policies),
    );
  });

  it('can be stopped while days are played', async () => {
    const stop = new AbortController();
    const inner = new InProcessExecutor(simulationRunner);
    const executor = {
      runBatches: async (batches: Parameters<typeof inner.runBatches>[0]) => {
        stop.abort();
        return inner.runBatches(batches);
      },
      close: async () => undefined,
    };
    const run = await preparedFor(definitionOf(), { scenario: scenarios[2], host: hostOf(executor), signal: stop.signal });
    await expect(finish(run)).rejects.toThrow(ExperimentInterrupted);
  });

  it('does not take dropping for saving: whoever settles less than before is below the floor', async () => {
    const drops: Policy = { ...defaultPolicy('BANK_A'), payment_tree: { type: 'action', node_id: 'd', action: 'Drop' } };
    const cheap = { ...drops, parameters: { [FRACTION]: 0 } };
    const { stored } = await played({ optimizer: { type: 'scripted', proposals: { BANK_A: [cheap] } } });
    const [row] = stored.iterations[0]!.evaluations;
    expect(row!.judgement).toMatchObject({ decision: 'rejected', reason: 'floor_payments' });
    expect(row!.judgement!.acceptance!.new_settlement_rate).toBe(0);
    expect(row!.new_cost).toBeLessThan(row!.old_cost!);
  });

  it.each(['golden', 'coordinate', 'cem', 'tree-mutation'])('with %s races its best points', async (type) => {
    const small = { golden: { tolerance: 0.1 }, coordinate: { steps: [0.25] }, cem: { population: 6, iterations: 2 } };
    const settings = { ...(small as Record<string, object>)[type], ...(type === 'tree-mutation' ? {} : { screen_days: 20 }) };
    const run = await played({
      optimizer: { type, ...settings },
      convergence: { max_iterations: 2, certificate: false },
    });
    const searches = run.events.flatMap((event) => (event.event_type === 'search' ? [event.event_data] : []));
    expect(searches).toHaveLength(2);
    for (const { candidates, simulations, winner } of searches) {
      expect(winner).not.toBeNull();
      expect(candidates.length).toBeLessThanOrEqual(type === 'tree-mutation' ? 25 : 9);
      expect(simulations).toBeGreaterThan(0);
    }
    expect(endOf(run)).toMatchObject({ ending: expect.stringMatching(/budget|drifting/), ending_detail: 'max_iterations' });
  });
});

it('a model that is given up ends the run with the round', async () => {
  const optimizer = {
    kind: 'llm',
    givenUp: null as string | null,
    async propose() {
      this.givenUp = 'm is given up: 5 requests in a row failed within 15 s (rate limited)';
      return { status: 'failed' as const, errors: ['no answer'], audit: [] };
    },
  };
  const run = await played({}, { optimizer });
  expect(run.stored.iterations).toHaveLength(2);
  expect(endOf(run)).toMatchObject({ converged: false, ending: 'no_proposals', ending_detail: 'model_failures' });
});

describe('levels', () => {
  property(
    'of a bank between two acceptances, and of a run, add up to less than alpha',
    50,
    fc.record({
      family: fc.constantFrom('renewed' as const, 'run' as const),
      banks: fc.array(fc.tuple(fc.constantFrom('A', 'B'), fc.constantFrom('better', 'not_significant', 'floor_payments')), {
        maxLength: 60,
      }),
    }),
    ({ banks, family }) => {
      const levels = new Levels({ alpha: 0.05, family });
      const spent = new Map<string, number>();
      for (const [bank, reason] of banks) {
        const key = family === 'run' ? '*' : bank;
        const { alpha } = levels.next(bank);
        levels.record(bank, [reason as 'better']);
        if (reason === 'floor_payments') continue;
        spent.set(key, (spent.get(key) ?? 0) + alpha);
        expect(spent.get(key)).toBeLessThan(0.05);
        if (reason === 'better' && family === 'renewed') spent.set(bank, 0);
      }
    },
  );
});

describe('look by look', () => {
  const costs = fc
    .tuple(fc.integer({ min: 1, max: 5 }), fc.integer({ min: 2, max: 40 }))
    .chain(([k, n]) =>
      fc.array(fc.array(fc.integer({ min: 0, max: 30 }), { minLength: k, maxLength: k }), { minLength: n, maxLength: n }),
    );

  property('a race asks only for those that are in it, and ends as the race of all days', 60, costs, (table) => {
    const days = table.length;
    const rules = { batch: 5, budget: table[0]!.length * days };
    const looks = raceLooks(table[0]!.length, days, rules);
    let asked = 0;
    let look = looks.next();
    while (!look.done) {
      const { candidates, from, to } = look.value;
      asked += candidates.length * (to - from);
      look = looks.next(
        candidates.map((c) =>
          table.slice(from, to).map((row) => ({ cost: row[c]!, settled: 0, arrived: 0, settled_value: 0, arrived_value: 0 })),
        ),
      );
    }
    expect(look.value).toEqual(race({ costs: table, ...rules }));
    expect(asked).toBe(look.value.evaluations);
  });

  property('a certificate asks only for what is open, and says what that of all days says', 60, costs, (table) => {
    const [current, ...candidates] = table[0]!.map((_, c) => table.map((row) => row[c]!));
    const looks = [Math.ceil(table.length / 2), table.length].filter((n, i, all) => all.indexOf(n) === i);
    const steps = certificateLooks(candidates.length, Math.max(1, candidates.length), looks);
    let step = steps.next();
    while (!step.done) {
      const { candidates: asked, from, to } = step.value;
      step = steps.next({ current: current!.slice(from, to), candidates: asked.map((c) => candidates[c]!.slice(from, to)) });
    }
    expect(step.value).toEqual(
      regretCertificate({ current: current!, candidates, looks, comparisons: Math.max(1, candidates.length) }),
    );
  });
});

it('a chart has costs of the same days for all iterations, with intervals', async () => {
  const { events, stored } = await played();
  const svg = testCostChart(stored, events)!;
  expect(svg).toContain('Cost of a day, mean of 40 test days with 95 % intervals');
  expect(svg).toContain('all banks');
  expect(svg).not.toContain('NaN');
  expect(testCostChart(stored, [])).toBeNull();
});

describe('candidates of a certificate', () => {
  const parsed = (parameters: readonly object[]) =>
    readExperiment({ ...FILE, policy_constraints: { ...constraints, allowed_parameters: parameters } }).definition
      .policy_constraints!;
  const share = constraints.allowed_parameters[0]!;
  const urgency = { name: 'urgency', param_type: 'int', min_value: 0, max_value: 3 };
  const inForce: Policy = { ...defaultPolicy('A'), parameters: { [FRACTION]: 0.5, urgency: 1 } };

  it('are the values of each parameter, all combinations where they are few, and what was proposed; never the policy in force', () => {
    const labels = (parameters: readonly object[], most: number, proposals: readonly Policy[] = []): string[] =>
      candidatesFor(inForce, parsed(parameters), proposals, { points: 3, max_candidates: most }).map(({ label }) => label);
    expect(labels([share], 10)).toEqual(['0', '1']);
    expect(labels([share, urgency], 10)).toHaveLength(9);
    expect(labels([share, urgency], 5)).toEqual(['0', '1', 'urgency=0', 'urgency=2', 'urgency=3']);
    const proposed = { ...inForce, policy_id: 'p', parameters: { [FRACTION]: 0.3, urgency: 1 } };
    expect(labels([share], 10, [proposed, inForce, { ...proposed, policy_id: 'q' }])).toEqual(['0', '1', '0.3']);
  });
});
