import { InvalidConfigError } from '../../errors.js';
import type { AlgorithmConfig } from '../../scenario/settlement/config.js';
import type { World } from '../../world.js';
import { nothing, type Outcome, type Scope, type SettlementAlgorithm } from '../algorithm.js';
import { problemOf } from '../constraints.js';
import { Selection } from '../netting/selection.js';
import { settleSet } from '../settle-set.js';
import { customView, type SettlementView } from './custom-view.js';

/** A settlement algorithm of the user's own (spec 12 §9). */
export interface SettlementPlugin {
  /** What it is called. */
  readonly name: string;
  /** Sets of payments, each a list of their indices in the view, in the order in which they are to settle. Moves nothing itself. */
  select(view: SettlementView, options: unknown): readonly (readonly number[])[];
}

/** User code by the text of `module`, and how it is called. */
export interface Plugins {
  readonly modules: Readonly<Record<string, SettlementPlugin>>;
  /** Call everything twice, and refuse answers that differ. */
  readonly checkDeterminism?: boolean;
  /** Clock in milliseconds, for `time_limit_ms`. */
  readonly now?: () => number;
}

type Config = Extract<AlgorithmConfig, { type: 'custom' }>;

/** Settles the sets that user code names, each after it was found feasible (spec 12 §9). */
export class Custom implements SettlementAlgorithm {
  readonly type = 'custom';
  readonly #plugin: SettlementPlugin;
  readonly #name: string;

  constructor(
    private readonly config: Config,
    private readonly plugins: Plugins,
  ) {
    const plugin = Object.hasOwn(plugins.modules, config.module) ? plugins.modules[config.module] : undefined;
    if (typeof plugin?.select !== 'function')
      throw new InvalidConfigError(
        `settlement algorithm '${config.module}' is code that was not handed over: a scenario alone runs none`,
      );
    this.#plugin = plugin;
    this.#name = config.name ?? plugin.name;
  }

  settle(world: World, scope: Scope): Outcome {
    const outcome = nothing();
    const { rows } = scope.problem(world);
    let sets: readonly (readonly number[])[];
    try {
      sets = checkedAnswer(this.#ask(world, scope), rows.length);
    } catch (error) {
      if (error instanceof TooSlow) throw this.#error(world, error.message);
      return this.#refuse(world, outcome, error instanceof Error ? error.message : String(error), 1);
    }
    for (const [k, set] of sets.entries()) {
      const payments = set.map((i) => rows[i]!);
      const selection = Selection.all(problemOf(world, payments).problem);
      if (!selection.isFeasible()) return this.#refuse(world, outcome, `set ${k} is not feasible`, sets.length - k);
      settleSet(world, this, scope, payments, rows.length - outcome.payments);
      outcome.sets++;
      outcome.payments += payments.length;
      outcome.value += selection.value;
    }
    return outcome;
  }

  #ask(world: World, scope: Scope): unknown {
    const answer = this.#call(world, scope);
    if (this.plugins.checkDeterminism) {
      const again = this.#call(world, scope);
      if (JSON.stringify(again) !== JSON.stringify(answer)) throw new Error('two calls on equal views answer differently');
    }
    return answer;
  }

  #call(world: World, scope: Scope): unknown {
    const { now } = this.plugins;
    const limit = (this.config.options as { time_limit_ms?: unknown } | null)?.time_limit_ms;
    const began = now?.() ?? 0;
    // A copy: options are part of the run's configuration, and user code might change them.
    const options = JSON.parse(JSON.stringify(this.config.options)) as unknown;
    const answer = withoutChance(() => this.#plugin.select(customView(world, scope), options));
    // A promise is no answer; that it fails later must not end the process.
    if (answer instanceof Promise) answer.catch(() => undefined);
    if (typeof limit === 'number' && now && now() - began > limit) throw new TooSlow(`answered later than ${limit} ms`);
    return answer;
  }

  #refuse(world: World, outcome: Outcome, reason: string, sets: number): Outcome {
    if (this.config.on_error !== 'skip') throw this.#error(world, reason);
    return { ...outcome, skipped: sets, truncated: 'rejected' };
  }

  #error(world: World, reason: string): InvalidConfigError {
    return new InvalidConfigError(`Settlement algorithm '${this.#name}' at tick ${world.clock.tick}: ${reason}`);
  }
}

/** An error in any case: a slow machine must not decide what settles. */
class TooSlow extends Error {}

/** A copy of an answer whose form is right, made before anything moves: user code might change its own later. */
function checkedAnswer(answer: unknown, payments: number): readonly (readonly number[])[] {
  if (!Array.isArray(answer)) throw new Error('the answer is no list of sets');
  const seen = new Set<number>();
  return [...(answer as unknown[])].map((given, k) => {
    if (!Array.isArray(given)) throw new Error(`set ${k} is no list of payments`);
    const set = [...(given as unknown[])];
    if (set.length === 0) throw new Error(`set ${k} is empty`);
    for (const i of set) {
      if (!Number.isInteger(i) || (i as number) < 0 || (i as number) >= payments)
        throw new Error(`set ${k} names ${String(i)}, which is no payment of the view`);
      if (seen.has(i as number)) throw new Error(`payment ${String(i)} is named twice`);
      seen.add(i as number);
    }
    return set as number[];
  });
}

/** Chance and clocks would make runs irreproducible: they throw while user code is asked. */
function withoutChance<T>(work: () => T): T {
  const { random } = Math;
  const scope = globalThis as { Date: unknown };
  const { Date: clock } = scope;
  const refuse = (what: string) => (): never => {
    throw new Error(`${what} is not available: answers must follow from the view`);
  };
  Math.random = refuse('Math.random');
  scope.Date = new Proxy(refuse('Date'), { construct: refuse('Date'), get: refuse('Date') });
  try {
    return work();
  } finally {
    Math.random = random;
    scope.Date = clock;
  }
}
