import * as fc from 'fast-check';

/**
 * Generated cases are the same in every run, so that a failure is one for everybody. `SIMCASH_PROPERTY_SEED=7` tries others,
 * `SIMCASH_PROPERTY_RUNS=20` (where cases are whole scenarios) twenty times as many.
 */
export const SEED = Number(process.env.SIMCASH_PROPERTY_SEED ?? 1);

fc.configureGlobal({ seed: SEED });
