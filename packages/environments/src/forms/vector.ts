import { checked, widthOf, type Space } from '../decisions/space.js';
import { planEnvironment, type EnvironmentOptions, type EnvironmentPlan } from '../definition/plan.js';
import type { EnvironmentDefinition } from '../definition/schema.js';
import { EnvironmentError } from '../errors.js';
import { Episode, type DecisionPoint } from '../episode/episode.js';
import { Seeds } from '../seeds.js';
import { checkSteps } from './environment.js';
import { rewardOf } from './info.js';

/** What n episodes show, one after the other, and in each its learners. */
export interface VectorBeginning {
  /** n × learners × {@link VectorEnvironment.width}: fields, then rows of the queue, then its mask. */
  readonly observations: Float64Array;
}

/** What a step of all copies led to. */
export interface VectorTransition extends VectorBeginning {
  /** n × learners. */
  readonly rewards: Float64Array;
  /** Of each episode, whether it came to its end, or was cut off: it has begun anew then. */
  readonly terminations: Uint8Array;
  /** 1 where an episode was cut short. */
  readonly truncations: Uint8Array;
  /** Last observations and costs of episodes that ended; null if none did. */
  readonly infos: {
    /** Where episodes have begun anew: the last observations of those that ended, in the places of the episodes; else null. */
    readonly finalObservations: Float64Array | null;
    /** Cents of the reward's components that the ended episodes came to, n × learners; null where none ended. */
    readonly finalCosts: Float64Array | null;
  };
}

/**
 * n independent episodes that are stepped together; those that end begin anew at once. All stand at the same point of decision: the
 * points of an episode follow from the definition.
 */
export class VectorEnvironment {
  #episodes: Episode[] = [];
  #maxSteps = Infinity;
  /** Whether an episode could not go on: the others have, or have not, gone on without it. */
  #hasFailed = false;
  readonly #seeds: Seeds;

  constructor(
    /** What the definition was made into. */
    readonly plan: EnvironmentPlan,
    /** How many copies there are. */
    readonly size: number,
  ) {
    this.#seeds = new Seeds(plan.seed);
  }

  /** The banks that learn, by id. */
  get learners(): readonly string[] {
    return this.plan.learners;
  }

  /** Numbers of an observation. */
  get width(): number {
    return this.plan.observer.width;
  }

  /** Where all episodes stand. @throws EnvironmentError `not_reset` */
  get point(): DecisionPoint {
    return this.#first.point;
  }

  /** Null at a point at which learners are not asked. */
  actionSpace(point: DecisionPoint): Space | null {
    return this.plan.decisions[point]?.space ?? null;
  }

  /**
   * Begins all episodes. The first has the seed that is given, the others follow from it, as later ones do, in the order in which they
   * begin.
   *
   * @throws EnvironmentError `simulation_failed`
   */
  reset({ maxSteps = Infinity, seed }: { seed?: bigint | number; maxSteps?: number } = {}): VectorBeginning {
    checkSteps(maxSteps);
    this.#maxSteps = maxSteps;
    this.#hasFailed = false;
    this.#episodes = [];
    for (let i = 0; i < this.size; i++)
      this.#episodes.push(this.#begin(i === 0 && seed !== undefined ? BigInt(seed) : undefined));
    return { observations: this.#observed() };
  }

  /**
   * Carries out the actions of all learners in all episodes.
   *
   * @param actions n × learners × numbers of the action space of {@link point}
   * @throws EnvironmentError: `invalid_action`, after which nothing has changed, `not_reset`, `simulation_failed`
   */
  step(actions: ArrayLike<number>): VectorTransition {
    if (this.#hasFailed) throw new EnvironmentError('over', 'an episode has failed: begin all anew with reset');
    const numbers = this.#checked(actions);
    const { learners } = this.plan;
    this.#hasFailed = true;
    const [terminations, truncations] = [new Uint8Array(this.size), new Uint8Array(this.size)];
    const rewards = new Float64Array(this.size * learners.length);
    this.#episodes.forEach((episode, i) => {
      episode.act(numbers[i]!);
      terminations[i] = Number(episode.isOver);
      truncations[i] = Number(!episode.isOver && episode.steps >= this.#maxSteps);
      const isLast = terminations[i] === 1 || truncations[i] === 1;
      for (let l = 0; l < learners.length; l++) rewards[i * learners.length + l] = rewardOf(this.plan, episode, l, isLast);
    });
    const ended = this.#episodes.flatMap((_, i) => (terminations[i] === 1 || truncations[i] === 1 ? [i] : []));
    const infos = { finalObservations: null, finalCosts: null };
    if (ended.length === 0) {
      this.#hasFailed = false;
      return { observations: this.#observed(), rewards, terminations, truncations, infos };
    }
    const last = this.#lastOf(ended);
    for (const i of ended) this.#episodes[i] = this.#begin();
    this.#hasFailed = false;
    return { observations: this.#observed(), rewards, terminations, truncations, infos: last };
  }

  get #first(): Episode {
    const [first] = this.#episodes;
    if (first === undefined) throw new EnvironmentError('not_reset', 'no episode has begun: call reset first');
    return first;
  }

  #begin(seed?: bigint): Episode {
    return new Episode(this.plan, this.#seeds.take(seed));
  }

  #observed(): Float64Array {
    const { learners } = this.plan;
    const observations = new Float64Array(this.size * learners.length * this.width);
    this.#episodes.forEach((episode, i) => {
      for (let l = 0; l < learners.length; l++) episode.observe(l, observations, (i * learners.length + l) * this.width);
    });
    return observations;
  }

  #lastOf(ended: readonly number[]): VectorTransition['infos'] {
    const { learners, reward } = this.plan;
    const finalObservations = new Float64Array(this.size * learners.length * this.width);
    const finalCosts = new Float64Array(this.size * learners.length);
    for (const i of ended)
      for (let l = 0; l < learners.length; l++) {
        const at = i * learners.length + l;
        this.#episodes[i]!.observe(l, finalObservations, at * this.width);
        finalCosts[at] = reward.costs.reduce((sum, component) => sum + this.#episodes[i]!.cost(l, component), 0);
      }
    return { finalObservations, finalCosts };
  }

  #checked(actions: ArrayLike<number>): (readonly number[])[][] {
    const space = this.actionSpace(this.#first.point)!;
    const { learners } = this.plan;
    const width = widthOf(space);
    const wanted = this.size * learners.length * width;
    if (actions.length !== wanted)
      throw new EnvironmentError('invalid_action', `expected ${wanted} numbers, got ${actions.length}`, 'actions');
    return this.#episodes.map((_, i) =>
      learners.map((id, l) => {
        const at = (i * learners.length + l) * width;
        return checked(space, Array.prototype.slice.call(actions, at, at + width), id);
      }),
    );
  }
}

/**
 * Several copies of an environment that step together, with different seeds.
 *
 * @throws DefinitionError with everything that is wrong; RangeError for a size that is none
 */
export function createVectorEnvironment(
  definition: EnvironmentDefinition,
  size: number,
  options?: EnvironmentOptions,
): VectorEnvironment {
  if (!(Number.isInteger(size) && size >= 1)) throw new RangeError(`a vector has at least one episode, not ${size}`);
  return new VectorEnvironment(planEnvironment(definition, options), size);
}
