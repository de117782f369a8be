import { describe, expect, it } from 'vitest';
import { parseScenario, Simulation, type PolicyConfig } from '../../engine/src/index.js';
import { loadScenario, REFERENCE_SCENARIOS } from '../../engine/test/support/reference.js';
import { createEnvironment, createSingleEnvironment, createVectorEnvironment } from '../src/index.js';
import { environmentOf, play, TWELVE_PERIODS, TWO_PERIODS } from './support.js';

const FRACTION = { at: 'day_start', action: 'fraction' } as const;
const RELEASE = { at: 'tick', action: 'release_all' } as const;

describe('episodes', () => {
  it('have a step for every day and every tick, and end', () => {
    const environment = environmentOf(TWELVE_PERIODS, { decisions: [FRACTION, RELEASE] });
    const points: string[] = [];
    play(environment, (point, learner) => {
      if (learner === 'BANK_A') points.push(point);
      return point === 'tick' ? 1 : 0.5;
    });
    expect(points).toEqual(['day_start', ...new Array<string>(12).fill('tick')]);
    expect(environment.learners).toEqual([]);
    expect(() => environment.step({})).toThrow(expect.objectContaining({ code: 'over' }));
  });

  it('have no step before they have begun', () => {
    const environment = environmentOf(TWELVE_PERIODS, { decisions: [RELEASE] });
    expect(environment.learners).toEqual([]);
    for (const use of [() => environment.step({}), () => environment.look(), () => environment.seed])
      expect(use).toThrow(expect.objectContaining({ code: 'not_reset' }));
  });

  it('are cut off after as many decisions as wanted', () => {
    const environment = environmentOf(TWELVE_PERIODS, { decisions: [RELEASE] });
    environment.reset({ maxSteps: 2 });
    const actions = { BANK_A: 1, BANK_B: 1 };
    expect(environment.step(actions)).toMatchObject({ truncations: { BANK_A: false }, terminations: { BANK_A: false } });
    const last = environment.step(actions);
    expect(last).toMatchObject({ truncations: { BANK_A: true, BANK_B: true }, terminations: { BANK_A: false } });
    expect(last.infos.BANK_A!.totals).toBeDefined();
    expect(environment.learners).toEqual([]);
  });

  it('end after as many ticks as defined, without an end of day where that cuts one short', () => {
    const environment = environmentOf(TWELVE_PERIODS, { decisions: [RELEASE], episode: { ticks: 5 } });
    environment.events();
    play(environment, () => 1);
    const lines = environment.events();
    expect(new Set(lines.map((line) => (JSON.parse(line) as { tick: number }).tick))).toEqual(new Set([0, 1, 2, 3, 4]));
    expect(lines.some((line) => line.includes('"EndOfDay"'))).toBe(false);
  });

  it('have the seeds of the specification', () => {
    const environment = environmentOf(TWELVE_PERIODS, { decisions: [RELEASE], seed: '42' });
    const seeds = (n: number): bigint[] => Array.from({ length: n }, () => (environment.reset(), environment.seed));
    const following = [12807834928211251174n, 8440354768209933869n, 11516862853607639890n];
    expect(seeds(3)).toEqual(following);
    environment.reset({ seed: 42 });
    expect(environment.seed).toBe(42n);
    expect(seeds(3)).toEqual(following);
    expect(() => environment.reset({ seed: -1 })).toThrow(RangeError);
  });

  it('give the scenario’s own run for its own seed', () => {
    const environment = environmentOf(TWELVE_PERIODS, { decisions: [RELEASE] });
    environment.events();
    play(environment, () => 1, TWELVE_PERIODS.config.rng_seed);
    const simulation = Simulation.create(TWELVE_PERIODS);
    simulation.run();
    expect(environment.events()).toEqual([...simulation.events].map((event) => JSON.stringify(event)));
  });
});

describe('the start of a day', () => {
  it('shows balances as configured and nothing else on day 0, the state of the evening before on others', () => {
    const daily = loadScenario(REFERENCE_SCENARIOS.find(({ name }) => name === 'liquidity-pool-daily')!);
    const learners = daily.config.agent_configs.filter(({ liquidity_pool }) => liquidity_pool !== undefined).map(({ id }) => id);
    const environment = createEnvironment(
      {
        scenario: 'x',
        learners,
        decisions: [FRACTION],
        observation: { fields: ['balance', 'current_tick', 'system_current_day'] },
      },
      { scenario: daily },
    );
    const { observations } = environment.reset();
    for (const id of learners) {
      const { opening_balance } = daily.config.agent_configs.find((agent) => agent.id === id)!;
      expect(observations[id]).toMatchObject({ point: 'day_start', day: 0, tick: 0, values: [opening_balance, 0, 0] });
    }
    const next = environment.step(Object.fromEntries(learners.map((id) => [id, 0.5])));
    const { ticks_per_day } = daily.config;
    expect(next.observations[learners[0]!]).toMatchObject({ point: 'day_start', day: 1, tick: ticks_per_day });
    expect(next.observations[learners[0]!]!.values.slice(1)).toEqual([ticks_per_day, 1]);
  });

  it('brings in the fraction of every day, as a run does whose documents are replaced before it (law 6)', () => {
    const daily = loadScenario(REFERENCE_SCENARIOS.find(({ name }) => name === 'liquidity-pool-daily')!);
    const learners = daily.config.agent_configs.filter(({ liquidity_pool }) => liquidity_pool !== undefined).map(({ id }) => id);
    const environment = createEnvironment(
      { scenario: 'x', learners, decisions: [{ ...FRACTION, levels: 5 }] },
      { scenario: daily },
    );
    environment.events();
    let day = 0;
    play(environment, (_, learner) => (learner === learners.at(-1) ? day++ : day) % 5, daily.config.rng_seed);

    const documentFor = (id: string, level: number): PolicyConfig & { type: 'FromJson' } =>
      environment.plan.policies.with(id, ['initial_liquidity_fraction'], [(level % 5) / 4]);
    const config = {
      ...daily.config,
      agent_configs: daily.config.agent_configs.map((agent) =>
        learners.includes(agent.id) ? { ...agent, policy: documentFor(agent.id, 0) } : agent,
      ),
    };
    const simulation = Simulation.create({ ...daily, config });
    for (let today = 0; today < config.num_days; today++) {
      if (today > 0) for (const id of learners) simulation.updateAgentPolicy(id, documentFor(id, today).json);
      simulation.run({ untilTick: (today + 1) * config.ticks_per_day });
    }
    expect(environment.events()).toEqual([...simulation.events].map((event) => JSON.stringify(event)));
    const fractions = [...simulation.events].flatMap((event) =>
      event.event_type === 'LiquidityAllocation' ? [event.fraction] : [],
    );
    expect(new Set(fractions).size).toBeGreaterThan(1);
  });

  it('has points on open days only', () => {
    const clocked = parseScenario({
      simulation: { num_days: 2, rng_seed: 1 },
      clock: { time_zone: 'Europe/Berlin', tick: '1h', opening: '07:00', closing: '10:00', first_day: '2024-03-27' },
      agents: ['A', 'B'].map((id) => ({ id, opening_balance: 0, policy: { type: 'Fifo' } })),
    });
    const environment = environmentOf(clocked, { decisions: [RELEASE] });
    let steps = 0;
    play(environment, (_, id) => (id === 'A' && steps++, 1));
    expect(steps).toBe(6);
  });
});

describe('rewards', () => {
  it.each(['step', 'episode'] as const)('per %s sum up to all that an episode costs, component by component (law 2)', (per) => {
    for (const costs of [['delay_cost'], ['liquidity_opportunity_cost', 'delay_cost', 'penalty_cost']] as const) {
      const environment = environmentOf(TWELVE_PERIODS, {
        decisions: [FRACTION, RELEASE],
        reward: { costs: [...costs], scale: 3, per },
      });
      let { infos } = environment.reset({ seed: 5 });
      const sums: Record<string, number> = { BANK_A: 0, BANK_B: 0 };
      for (let step = 0; environment.learners.length > 0; step++) {
        const actions =
          environment.point === 'day_start' ? { BANK_A: 0.1, BANK_B: 0.02 } : { BANK_A: step % 3 === 0 ? 1 : 0, BANK_B: 1 };
        const transition = environment.step(actions);
        infos = transition.infos;
        for (const [id, reward] of Object.entries(transition.rewards)) {
          expect(Object.is(reward, -0)).toBe(false);
          if (per === 'episode' && environment.learners.length > 0) expect(reward).toBe(0);
          sums[id]! += reward;
        }
      }
      for (const [id, sum] of Object.entries(sums)) {
        const { totals } = infos[id]!;
        expect(sum).toBe(-3 * costs.reduce((cents, component) => cents + totals![component], 0));
        expect(sum).toBeLessThan(0);
      }
    }
  });
});

describe('other forms', () => {
  it('with one learner give what the parallel form gives', () => {
    const definition = { scenario: 'x', learners: ['BANK_B'], decisions: [RELEASE] };
    const single = createSingleEnvironment(definition, { scenario: TWO_PERIODS });
    const parallel = createEnvironment(definition, { scenario: TWO_PERIODS });
    const [observation, info] = single.reset({ seed: 3 });
    expect({ BANK_B: observation }).toEqual(parallel.reset({ seed: 3 }).observations);
    expect(info.asked).toBe(0);
    for (const expected of [1, 0].map((action) => [action, parallel.step({ BANK_B: action })] as const)) {
      const [action, transition] = expected;
      const [next, reward, terminated, truncated] = single.step(action);
      expect({ next, reward, terminated, truncated }).toEqual({
        next: transition.observations.BANK_B,
        reward: transition.rewards.BANK_B,
        terminated: transition.terminations.BANK_B,
        truncated: false,
      });
    }
    expect(() => createSingleEnvironment({ ...definition, learners: ['BANK_A', 'BANK_B'] }, { scenario: TWO_PERIODS })).toThrow(
      'learners: exactly one learner is needed here, not 2',
    );
  });

  it('as a vector are as many episodes, which begin anew when they end', () => {
    const definition = { scenario: 'x', learners: ['BANK_A', 'BANK_B'], decisions: [FRACTION, RELEASE], seed: 9 };
    const vector = createVectorEnvironment(definition, 3, { scenario: TWO_PERIODS });
    const alone = createEnvironment(definition, { scenario: TWO_PERIODS });
    expect(() => vector.step([])).toThrow(expect.objectContaining({ code: 'not_reset' }));
    vector.reset();
    const rewards: number[][] = [[], [], []];
    for (let step = 0; step < 6; step++) {
      expect(() => vector.step(new Float64Array(6).fill(2))).toThrow(expect.objectContaining({ code: 'invalid_action' }));
      const values = vector.point === 'day_start' ? [0.1, 0.2, 0.3, 0.4, 0.5, 0.6] : [1, 1, 1, 0, 0, 1];
      const transition = vector.step(new Float64Array(values));
      expect([...transition.terminations]).toEqual(step % 3 === 2 ? [1, 1, 1] : [0, 0, 0]);
      expect(transition.infos.finalObservations === null).toBe(step % 3 !== 2);
      rewards.forEach((list, i) => list.push(...transition.rewards.slice(2 * i, 2 * i + 2)));
    }
    const expected: number[][] = [[], [], []];
    for (let episode = 0; episode < 6; episode++) {
      const i = episode % 3;
      alone.reset();
      for (const values of [
        [0.1, 0.2, 0.3, 0.4, 0.5, 0.6],
        [1, 1, 1, 0, 0, 1],
        [1, 1, 1, 0, 0, 1],
      ])
        expected[i]!.push(...Object.values(alone.step({ BANK_A: values[2 * i], BANK_B: values[2 * i + 1] }).rewards));
    }
    expect(rewards).toEqual(expected);
  });
});
