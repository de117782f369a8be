import * as fc from 'fast-check';
import { expect, it } from 'vitest';
import { FieldView, readScenario, QUEUE_FIELDS, Simulation, type Scenario } from '../../engine/src/index.js';
import { scenario } from '../../engine/test/properties/scenarios.js';
import { createEnvironment, EnvironmentError, type Environment, type EnvironmentDefinition, type Space } from '../src/index.js';

/** Random definitions over random scenarios with random actions (spec 18 §7, laws 2, 3, 4, 5, 7 and 8). */

const RUNS = Math.round(250 * Number(process.env.SIMCASH_PROPERTY_RUNS ?? 1));

/** Bounded draws from a stream of fractions, so that failing cases shrink. */
class Draws {
  #at = 0;
  constructor(private readonly fractions: readonly number[]) {}
  fraction(): number {
    return this.fractions[this.#at++ % this.fractions.length]!;
  }
  below(n: number): number {
    return Math.min(n - 1, Math.floor(this.fraction() * n));
  }
}

const FIELDS = [
  'balance',
  'available_liquidity',
  'outgoing_queue_size',
  'liquidity_pressure',
  'ticks_to_nearest_queue2_deadline',
  'bank_state_mood',
];

function definitionOf({ config }: Scenario, draws: Draws): EnvironmentDefinition {
  const banks = config.agent_configs;
  const learners = banks.filter(() => draws.fraction() < 0.6);
  const chosen = learners.length > 0 ? learners : [banks[0]!];
  const canBringIn = chosen.every(({ liquidity_pool }) => liquidity_pool !== undefined);
  const ticks = [
    { at: 'tick', action: 'release_all' },
    { at: 'tick', action: 'release_count', max: 1 + draws.below(4) },
    { at: 'tick', action: 'release_value' },
    { at: 'tick', action: 'release_mask', max: 1 + draws.below(4) },
  ] as const;
  const fractions = [
    { at: 'day_start', action: 'fraction' },
    { at: 'day_start', action: 'fraction', levels: 2 + draws.below(4) },
  ] as const;
  const days = canBringIn && draws.fraction() < 0.7 ? [fractions[draws.below(2)]!] : [];
  const isTick = days.length === 0 || draws.fraction() < 0.7;
  const most = config.num_days * config.ticks_per_day;
  return {
    scenario: 'given',
    learners: chosen.map(({ id }) => id),
    decisions: [...days, ...(isTick ? [ticks[draws.below(4)]!] : [])],
    ...(draws.fraction() < 0.4 ? { episode: { ticks: 1 + draws.below(most) } } : {}),
    observation: {
      fields: FIELDS.filter(() => draws.fraction() < 0.7),
      scale: {},
      clip: draws.fraction() < 0.5 ? 100 : 1e9,
      ...(draws.fraction() < 0.5
        ? { queue: { max: 1 + draws.below(3), fields: QUEUE_FIELDS.filter(() => draws.fraction() < 0.3).concat('amount') } }
        : {}),
    },
    reward: { scale: 1 + draws.below(3) },
  };
}

function actionIn(space: Space, draws: Draws): number | number[] {
  if (space.type === 'discrete') return draws.below(space.n);
  if (space.type === 'multi_binary') return Array.from({ length: space.n }, () => draws.below(2));
  return space.low.map((low, i) => low + draws.fraction() * (space.high[i]! - low));
}

const actionsOf = (environment: Environment, draws: Draws): Record<string, unknown> =>
  Object.fromEntries(environment.learners.map((id) => [id, actionIn(environment.actionSpace(environment.point)!, draws)]));

/** Plays on with given actions, and tells all that was answered. */
function follow(environment: Environment, actions: readonly Record<string, unknown>[]): string[] {
  return actions.map((one) => {
    try {
      return JSON.stringify(environment.step(one));
    } catch (error) {
      return (error as EnvironmentError).message;
    }
  });
}

const inOtherOrder = (actions: Record<string, unknown>): Record<string, unknown> =>
  Object.fromEntries(Object.entries(actions).reverse());

function expectWithinBounds(environment: Environment, values: readonly number[]): void {
  const { clip } = environment.plan.observation;
  for (const x of values) expect(x >= -clip && x <= clip).toBe(true);
}

/** The run of an episode from what is recorded of it, its log, and the cents that were brought in. */
function repeated(environment: Environment): { simulation: Simulation; lines: string[]; moved: number } {
  const { calls, scenario: played, ticks } = environment.record();
  const lines: string[] = [];
  let moved = 0;
  const simulation = Simulation.create(played, {
    sink: {
      write(batch) {
        lines.push(...batch.toNdjson().split('\n').slice(0, -1));
        for (const event of batch) {
          if (event.event_type === 'LiquidityAllocation') moved += event.amount;
          else if (event.event_type === 'LiquidityReturn') moved -= event.amount;
        }
      },
    },
  });
  let next = 0;
  const makeCalls = (): void => {
    for (; calls[next]?.tick === simulation.currentTick; next++) simulation.repeat(calls[next]!.call);
  };
  for (makeCalls(); simulation.currentTick < ticks; makeCalls()) simulation.tick();
  return { simulation, lines, moved };
}

it('random episodes end with all money there, fork without a trace, and are what their records give', () => {
  let forks = 0;
  fc.assert(
    fc.property(
      fc.oneof(scenario(), scenario({ stress: true })),
      fc.array(fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }), { minLength: 40, maxLength: 120 }),
      (document, fractions) => {
        const given = readScenario(document);
        const draws = new Draws(fractions);
        const definition = definitionOf(given, draws);
        const environment = createEnvironment(definition, { scenario: given });
        const sums = Object.fromEntries(definition.learners.map((id) => [id, 0]));
        const taken: Record<string, unknown>[] = [];
        const copies: [at: number, copy: Environment][] = [];
        const answers: string[] = [];
        let last: ReturnType<Environment['step']> | null = null;
        try {
          environment.reset({ seed: given.config.rng_seed });
          while (environment.learners.length > 0) {
            if (draws.fraction() < 0.15 && copies.length < 4) copies.push([taken.length, environment.fork()]);
            const actions = actionsOf(environment, draws);
            expect(() => environment.step({ ...actions, nobody: 1 })).toThrow(EnvironmentError);
            taken.push(actions);
            last = environment.step(actions);
            answers.push(JSON.stringify(last));
            for (const id of definition.learners) {
              sums[id]! += last.rewards[id]!;
              expectWithinBounds(environment, last.observations[id]!.values);
              for (const row of last.observations[id]!.queue) expectWithinBounds(environment, row);
            }
          }
        } catch (error) {
          if (!(error instanceof EnvironmentError)) throw error;
          expect(error.code).toBe('simulation_failed');
          answers.push(error.message);
          return;
        }
        // Every decision of any learner belongs to one step, whatever the order of the learners.
        const again = createEnvironment(definition, { scenario: given });
        again.events();
        again.reset({ seed: given.config.rng_seed });
        expect(follow(again, taken.map(inOtherOrder))).toEqual(answers);
        for (const [at, copy] of copies) {
          expect(follow(copy, taken.slice(at))).toEqual(answers.slice(at));
          forks++;
        }
        const { lines, moved, simulation } = repeated(environment);
        expect(again.events()).toEqual(lines);
        const { scale } = environment.plan.reward;
        for (const id of definition.learners) {
          const { total_cost } = simulation.agentRunCosts(id);
          if (last !== null) expect(last.infos[id]!.totals!.total).toBe(total_cost);
          expect(sums[id]).toBe(last === null ? 0 : 0 - scale * total_cost);
        }
        const opened = given.config.agent_configs.reduce((sum, { opening_balance }) => sum + opening_balance, 0);
        const stressed = given.config.scenario_events.some(({ type }) => (type as string) === 'LiquidityShock');
        if (!stressed) expect(simulation.agents().reduce((sum, { balance }) => sum + balance, 0)).toBe(opened + moved);
      },
    ),
    { numRuns: RUNS, seed: 20261129 },
  );
  expect(forks).toBeGreaterThan(RUNS / 4);
}, 1_200_000);

it('every field that bank trees can read can be seen, and every field of a payment', () => {
  expect(() => new FieldView(FIELDS, { max: 2, fields: QUEUE_FIELDS })).not.toThrow();
});
