export { LlmAuthenticationError, LlmFailure } from './errors.js';
export { LlmOptimizer, type LlmOptimizerOptions } from './optimizer.js';
