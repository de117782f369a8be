export { narrate, type NarrativeOptions } from './narrative.js';
export { summarise, type AgentSummary, type RunSummary } from './summary.js';
export { policyDiff, policyEvolution, type EvolutionOptions, type PolicyStep } from './policy-evolution.js';
export { MAX_CELLS, playGame, type Game, type GameCell, type GameOptions } from './equilibrium.js';
export { shareText } from './share-text.js';
export { analyseGame, type AnalysedCell, type AnalysisOptions, type GameAnalysis } from './game-analysis.js';
