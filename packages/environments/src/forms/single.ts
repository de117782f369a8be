import type { Space } from '../decisions/space.js';
import { planEnvironment, type EnvironmentOptions } from '../definition/plan.js';
import type { EnvironmentDefinition } from '../definition/schema.js';
import { DefinitionError } from '../errors.js';
import type { DecisionPoint } from '../episode/episode.js';
import { Environment, type ResetOptions } from './environment.js';
import type { Info } from './info.js';
import type { Observation, ObservationSpace } from './observation.js';

/**
 * An environment with one learner, in the form of Gymnasium's interface.
 *
 * ```ts
 * let [observation, info] = environment.reset({ seed: 42 });
 * const [next, reward, terminated, truncated] = environment.step(action);
 * ```
 */
export class SingleEnvironment {
  constructor(
    /** The environment behind it. */
    readonly environment: Environment,
    private readonly learner: string,
  ) {}

  /** What the learner sees. */
  get observationSpace(): ObservationSpace {
    return this.environment.observationSpace;
  }

  /** Actions at a decision; null if nothing is decided there. */
  actionSpace(point: DecisionPoint): Space | null {
    return this.environment.actionSpace(point);
  }

  /** @throws EnvironmentError `simulation_failed` */
  reset(options?: ResetOptions): [observation: Observation, info: Info] {
    const { infos, observations } = this.environment.reset(options);
    return [observations[this.learner]!, infos[this.learner]!];
  }

  /** @throws EnvironmentError as {@link Environment.step} */
  step(action: unknown): [observation: Observation, reward: number, terminated: boolean, truncated: boolean, info: Info] {
    const { learner } = this;
    const { infos, observations, rewards, terminations, truncations } = this.environment.step({ [learner]: action });
    return [observations[learner]!, rewards[learner]!, terminations[learner]!, truncations[learner]!, infos[learner]!];
  }

  /** A copy that goes on by itself. */
  fork(): SingleEnvironment {
    return new SingleEnvironment(this.environment.fork(), this.learner);
  }
}

/** An environment with one learner. @throws DefinitionError with everything that is wrong, or if there is not exactly one learner */
export function createSingleEnvironment(definition: EnvironmentDefinition, options?: EnvironmentOptions): SingleEnvironment {
  const plan = planEnvironment(definition, options);
  const [learner, ...others] = plan.learners;
  if (others.length > 0)
    throw new DefinitionError([{ path: 'learners', message: `exactly one learner is needed here, not ${plan.learners.length}` }]);
  return new SingleEnvironment(Environment.of(plan), learner!);
}
