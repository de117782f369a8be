export { LlmAuthenticationError, LlmFailure } from './errors.js';
export { MissingPackageError } from './packages.js';
export { LlmOptimizer, type LlmOptimizerOptions } from './optimizer.js';
