import type { ExperimentDocument } from './document.js';

/**
 * An experiment, as it is given. An editor completes and explains its keys, and a key that does not exist or a value of another kind
 * is an error where it is written, not where it is used. What types cannot tell is found by `parseExperiment`.
 */
export const defineExperiment = (document: ExperimentDocument): ExperimentDocument => document;
