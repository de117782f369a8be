import type { EventBatch } from '@simcash/protocol';
import { checked, type Space } from '../decisions/space.js';
import { planEnvironment, type EnvironmentOptions, type EnvironmentPlan } from '../definition/plan.js';
import type { EnvironmentDefinition } from '../definition/schema.js';
import { Episode, type DecisionPoint, type EpisodeRecord } from '../episode/episode.js';
import { EnvironmentError } from '../errors.js';
import { Seeds } from '../seeds.js';
import { infoOf, rewardOf, type Info } from './info.js';
import { observationOf, observationSpace, type Observation, type ObservationSpace } from './observation.js';

/** How an episode begins. */
export interface ResetOptions {
  /** `rng_seed` of the episode; without one it follows from the latest that was given, or the definition's (spec 18 §5). */
  seed?: bigint | number;
  /** Decisions after which the episode is cut off. */
  maxSteps?: number;
}

/** By learner, the same for all at once. */
export type ByLearner<T> = Readonly<Record<string, T>>;

/** What an episode begins with, by learner. */
export interface Beginning {
  /** What each learner sees. */
  readonly observations: ByLearner<Observation>;
  /** What a learner may be told, but does not see. */
  readonly infos: ByLearner<Info>;
}

/** What a step led to, by learner. */
export interface Transition extends Beginning {
  /** The reward of each learner. */
  readonly rewards: ByLearner<number>;
  /** True for all at the end of the last tick. */
  readonly terminations: ByLearner<boolean>;
  /** True for all when `maxSteps` cut the episode off. */
  readonly truncations: ByLearner<boolean>;
}

/**
 * A simulation in which banks learn: all learners are asked at once, and move at once (spec 18).
 *
 * ```ts
 * let { observations } = environment.reset({ seed: 42 });
 * while (environment.learners.length > 0) ({ observations } = environment.step(chosenBy(observations)));
 * ```
 */
export class Environment {
  #episode: Episode | null = null;
  #maxSteps = Infinity;
  #isOver = false;
  /** Lines of finished ticks that nobody has taken yet; null as long as nobody has asked for lines. */
  #lines: string[] | null = null;

  private constructor(
    /** What the definition was made into. */
    readonly plan: EnvironmentPlan,
    private readonly seeds: Seeds,
  ) {}

  /** @throws DefinitionError with everything that is wrong */
  static create(definition: EnvironmentDefinition, options?: EnvironmentOptions): Environment {
    return Environment.of(planEnvironment(definition, options));
  }

  /** An environment from a plan. */
  static of(plan: EnvironmentPlan): Environment {
    return new Environment(plan, new Seeds(plan.seed));
  }

  /** Learners that will be asked next; none before the first episode and after the end of one. */
  get learners(): readonly string[] {
    return this.#episode === null || this.#isOver ? [] : this.plan.learners;
  }

  /** Where the episode stands. @throws EnvironmentError `not_reset` */
  get point(): DecisionPoint {
    return this.#begun.point;
  }

  /** Seed of the episode. @throws EnvironmentError `not_reset` */
  get seed(): bigint {
    return this.#begun.seed;
  }

  /** The same for every learner. */
  get observationSpace(): ObservationSpace {
    return observationSpace(this.plan);
  }

  /** Null at a point at which learners are not asked. */
  actionSpace(point: DecisionPoint): Space | null {
    return this.plan.decisions[point]?.space ?? null;
  }

  /** Begins an episode. @throws RangeError for a seed or a number of steps that is none; EnvironmentError `simulation_failed` */
  reset({ maxSteps = Infinity, seed }: ResetOptions = {}): Beginning {
    checkSteps(maxSteps);
    const own = this.seeds.take(seed === undefined ? undefined : BigInt(seed));
    this.#episode = null;
    if (this.#lines !== null) this.#lines = [];
    this.#maxSteps = maxSteps;
    this.#episode = new Episode(this.plan, own, ...this.#sinks());
    this.#isOver = this.#episode.isOver;
    return this.look();
  }

  /** What learners see now, as {@link reset} and {@link step} have told. @throws EnvironmentError `not_reset` */
  look(): Beginning {
    const episode = this.#begun;
    return {
      observations: this.#each((i) => observationOf(this.plan, episode, i)),
      infos: this.#each((i) => infoOf(episode, i, this.#isOver)),
    };
  }

  /**
   * Carries out an action of every learner, and runs on to the next decision.
   *
   * @param actions by learner: a number, or a list of as many as the space has
   * @throws EnvironmentError: `invalid_action`, after which the step can be taken again, `not_reset`, `over`, `simulation_failed`
   */
  step(actions: Readonly<Record<string, unknown>>): Transition {
    const episode = this.#begun;
    if (this.#isOver) throw new EnvironmentError('over', 'the episode is over: begin another with reset');
    const numbers = this.#checked(actions, this.actionSpace(episode.point)!);
    try {
      episode.act(numbers);
    } catch (error) {
      this.#isOver = true;
      throw error;
    }
    const isCut = !episode.isOver && episode.steps >= this.#maxSteps;
    this.#isOver = episode.isOver || isCut;
    return {
      ...this.look(),
      rewards: this.#each((i) => rewardOf(this.plan, episode, i, this.#isOver)),
      terminations: this.#each(() => episode.isOver),
      truncations: this.#each(() => isCut),
    };
  }

  /** The same environment at the same point, which goes its own way from here. */
  fork(): Environment {
    const fork = new Environment(this.plan, this.seeds.copy());
    fork.#maxSteps = this.#maxSteps;
    fork.#isOver = this.#isOver;
    if (this.#episode === null) return fork;
    if (this.#lines !== null) fork.#lines = [];
    fork.#episode = this.#episode.fork(...fork.#sinks());
    // What was taken from the original is not the fork's to give any more; its sink holds on to this list.
    if (fork.#lines !== null) {
      fork.#lines.length = 0;
      for (const line of this.#lines!) fork.#lines.push(line);
    }
    return fork;
  }

  /** Event lines (spec 08) of ticks that were finished since the last call, or the beginning of the episode. */
  events(): string[] {
    if (this.#lines === null) {
      this.#lines = [];
      this.#episode = this.#episode?.again(...this.#sinks()) ?? null;
    }
    // The sinks of episodes hold on to the list.
    return this.#lines.splice(0);
  }

  /** What has to be done to run the episode once more, and to store it. @throws EnvironmentError `not_reset` */
  record(): EpisodeRecord {
    return this.#begun.record();
  }

  get #begun(): Episode {
    if (this.#episode === null) throw new EnvironmentError('not_reset', 'no episode has begun: call reset first');
    return this.#episode;
  }

  #sinks(): [sink?: { write(batch: EventBatch): void }] {
    const lines = this.#lines;
    if (lines === null) return [];
    const write = (batch: EventBatch): void => {
      for (const line of batch.toNdjson().split('\n')) if (line !== '') lines.push(line);
    };
    return [{ write }];
  }

  #checked(actions: Readonly<Record<string, unknown>>, space: Space): readonly (readonly number[])[] {
    if (typeof actions !== 'object' || actions === null || Array.isArray(actions))
      throw new EnvironmentError('invalid_action', 'expected an action for each learner, by its id', 'actions');
    const { learners } = this.plan;
    const unknown = Object.keys(actions).find((id) => !learners.includes(id));
    if (unknown !== undefined) throw new EnvironmentError('invalid_action', `${unknown} does not learn`, `actions.${unknown}`);
    return learners.map((id) => checked(space, Object.hasOwn(actions, id) ? actions[id] : undefined, id));
  }

  #each<T>(of: (learner: number) => T): ByLearner<T> {
    return Object.fromEntries(this.plan.learners.map((id, i) => [id, of(i)]));
  }
}

/** @throws RangeError for a number of decisions after which nothing could be cut off */
export function checkSteps(maxSteps: number): void {
  if (maxSteps !== Infinity && !(Number.isInteger(maxSteps) && maxSteps >= 1))
    throw new RangeError(`maxSteps must be a whole number from 1, got ${maxSteps}`);
}

/** An environment in the form of PettingZoo's parallel interface. @throws DefinitionError with everything that is wrong */
export const createEnvironment = (definition: EnvironmentDefinition, options?: EnvironmentOptions): Environment =>
  Environment.create(definition, options);
