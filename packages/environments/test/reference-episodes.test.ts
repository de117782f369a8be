import { describe, expect, it } from 'vitest';
import { Simulation } from '../../engine/src/index.js';
import { loadScenario, REFERENCE_SCENARIOS } from '../../engine/test/support/reference.js';
import type { EnvironmentDefinition } from '../src/index.js';
import { createEnvironment } from '../src/index.js';

/** Episodes in the worlds of the reference suite, with learners and actions by chance (spec 18 §7, laws 2, 3 and 7). */

/** Numbers from 0 to 1 that follow from a seed. */
function chance(seed: number): () => number {
  let state = seed;
  return () => (state = (state * 1_103_515_245 + 12_345) % 2 ** 31) / 2 ** 31;
}

const WORLDS = REFERENCE_SCENARIOS.filter(({ outcome }) => outcome === 'completed');
const KINDS = ['release_mask', 'release_value', 'release_count'] as const;

describe.each(KINDS)('with %s', (kind) => {
  it('rewards are costs, forks are copies, and a record gives the same lines, wherever the episode is cut off', () => {
    for (const [n, world] of WORLDS.entries()) {
      const random = chance(n + 7919 * KINDS.indexOf(kind) + 1);
      const scenario = loadScenario(world);
      const agents = scenario.config.agent_configs;
      const chosen = agents.filter(() => random() < 0.7);
      const learning = chosen.length === 0 ? agents.slice(0, 1) : chosen;
      const learners = learning.map(({ id }) => id);
      const decisions: EnvironmentDefinition['decisions'] = [
        kind === 'release_value' ? { at: 'tick', action: kind } : { at: 'tick', action: kind, max: 4 },
      ];
      if (learning.every((agent) => agent.liquidity_pool !== undefined)) decisions.push({ at: 'day_start', action: 'fraction' });
      const environment = createEnvironment({ scenario: 'x', learners, decisions }, { scenario });
      const act = (): unknown => {
        if (environment.point === 'day_start' || kind === 'release_value') return random();
        return kind === 'release_count' ? Math.floor(random() * 5) : [0, 1, 2, 3].map(() => Math.round(random()));
      };
      environment.reset({ seed: n, ...(random() < 0.5 ? { maxSteps: 1 + Math.floor(random() * 20) } : {}) });
      let lines = environment.events();
      const paid = new Map(learners.map((id) => [id, 0]));
      for (let step = 0; environment.learners.length > 0; step++) {
        const actions = Object.fromEntries(learners.map((id) => [id, act()]));
        const fork = step % 7 === 0 ? environment.fork() : null;
        const transition = environment.step(actions);
        if (fork !== null) expect(fork.step(actions)).toEqual(transition);
        for (const id of learners) {
          paid.set(id, paid.get(id)! - transition.rewards[id]!);
          const { totals } = transition.infos[id]!;
          if (totals !== undefined)
            expect({ world: world.name, paid: paid.get(id) }).toEqual({ world: world.name, paid: totals.total });
        }
        lines = lines.concat(environment.events());
      }
      const { calls, scenario: recorded, ticks } = environment.record();
      const again = Simulation.create(recorded);
      let made = 0;
      for (;;) {
        for (; calls[made]?.tick === again.currentTick; made++) again.repeat(calls[made]!.call);
        if (again.currentTick >= ticks) break;
        again.tick();
      }
      expect({ world: world.name, made }).toEqual({ world: world.name, made: calls.length });
      const found = [...again.events].filter(({ tick }) => tick < ticks).map((event) => JSON.stringify(event));
      expect({ world: world.name, same: found.join('\n') === lines.join('\n') }).toEqual({ world: world.name, same: true });
    }
  });
});
