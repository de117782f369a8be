export { createExecutor, type ExecutorName } from './executor.js';
export { createHost, type Recording } from './host.js';
export { policyProblems } from './policy-problems.js';
