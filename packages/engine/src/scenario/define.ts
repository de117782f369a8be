import type { ScenarioDocument } from './document.js';

/**
 * A scenario document, as it is given. An editor completes and explains its keys, and a key that does not exist or a value of
 * another kind is an error where it is written, not where it is used. Words such as `type: 'Uniform'` keep their types. What types
 * cannot tell (banks that do not exist, a largest amount below the smallest) is found when the scenario is created.
 *
 * ```ts
 * const scenario = defineScenario({
 *   simulation: { ticks_per_day: 100, num_days: 1, rng_seed: 42 },
 *   agents: [{ id: 'NORTH', opening_balance: 50_000 }],
 * });
 * ```
 */
export const defineScenario = (document: ScenarioDocument): ScenarioDocument => document;
