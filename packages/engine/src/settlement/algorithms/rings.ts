import type { AlgorithmConfig } from '../../scenario/settlement/config.js';
import type { World } from '../../world.js';
import { nothing, type Outcome, type Scope, type SettlementAlgorithm } from '../algorithm.js';
import { pairsOf, type PairView } from '../pair-view.js';
import { findRings } from '../rings/long-rings.js';
import { attemptCycle, type CycleCandidate } from '../rings/settle-ring.js';
import { findTriangles } from '../rings/triangles.js';

type Options = Extract<AlgorithmConfig, { type: 'rings' }>;

const SHORTEST_LONG_RING = 4;

/** Rings that may be attempted. */
export interface RingCandidates {
  readonly rings: readonly CycleCandidate[];
  /** Whether there are more than are attempted. */
  readonly hasMore: boolean;
  /** Whether the size of the queue kept some from being searched. */
  readonly isGated: boolean;
}

/** Settles closed chains of payments, the most valuable first (spec 04 §10, spec 12 §6.7). */
export class Rings implements SettlementAlgorithm {
  readonly type = 'rings';
  /** What was found in the whole queue when its content was last looked at. */
  #known: { version: number; candidates: RingCandidates } | null = null;

  constructor(private readonly options: Options) {}

  settle(world: World, scope: Scope): Outcome {
    const outcome = nothing();
    const { hasMore, isGated, rings } = this.candidates(world, scope);
    for (const ring of rings) {
      if (!attemptCycle(world, ring, this.options.legacy)) continue;
      outcome.sets++;
      outcome.payments += ring.payments.length;
      outcome.value += ring.total;
    }
    outcome.truncated = isGated ? 'max_queue' : hasMore ? 'max_attempts' : null;
    return outcome;
  }

  /** Whether a queue of this size is searched for rings of single payments (Quirk Q411). */
  #searches(considered: number): boolean {
    const { max_queue } = this.options;
    return max_queue === 'unlimited' || considered <= max_queue;
  }

  /** Whether there is anything that the size of the queue keeps from being searched. */
  get #hasGate(): boolean {
    return this.options.edges === 'one' || this.options.max_length >= SHORTEST_LONG_RING;
  }

  /** What is attempted in the queue as it is, in this order. */
  candidates(world: World, scope: Scope): RingCandidates {
    if (!scope.isWhole(world)) {
      const considered = scope.list(world);
      return this.#find(world, pairsOf(world, considered), considered.length);
    }
    const { pairs, size, version } = world.queue2;
    if (this.#known?.version !== version) this.#known = { version, candidates: this.#find(world, pairs, size) };
    return this.#known.candidates;
  }

  #find({ payments }: World, pairs: PairView, considered: number): RingCandidates {
    const { edges, max_attempts: attempts, max_length: maxLength } = this.options;
    const once = edges === 'one';
    const minLength = once ? 3 : SHORTEST_LONG_RING;
    // One more than are attempted, to know whether there is one.
    const wanted = attempts === 0 ? 0 : attempts + 1;
    const triangles = once ? [] : findTriangles(pairs, wanted);
    const searches = this.#searches(considered);
    const all = searches ? findRings(payments, pairs, wanted, triangles, { minLength, maxLength, once }) : triangles;
    return { rings: all.slice(0, attempts), hasMore: all.length > attempts, isGated: !searches && this.#hasGate };
  }
}
