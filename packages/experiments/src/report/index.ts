export { narrate, type NarrativeOptions } from './narrative.js';
export { experimentFigures } from './figures.js';
export { summarise, type AgentSummary, type RunSummary } from './summary.js';
export { policyDiff, policyEvolution, type EvolutionOptions, type PolicyStep } from './policy-evolution.js';
export { MAX_CELLS, playGame, sharesOf, type Game, type GameCell, type GameOptions } from './equilibrium.js';
export { shareStrategies, strategiesOf, type Strategy } from './strategies.js';
export { shareText } from './share-text.js';
export { analyseGame, type AnalysedCell, type AnalysisOptions, type GameAnalysis } from './game-analysis.js';
