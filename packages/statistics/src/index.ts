export { hash64 as h64 } from '@simcash/random';
export { daySeed, drawEpisodes, replicationSeed, shuffle, type DaySet } from './seeds.js';
export {
  describeDifferences,
  describeSample,
  meanFigures,
  quantile,
  type MeanFigures,
  type SampleFigures,
  type SampleOptions,
} from './estimates/sample.js';
export { normalCdf } from './estimates/normal.js';
export { guardedLimits, momentsOf, skewInterval, type Moments, type SkewInterval } from './estimates/skew-interval.js';
export { stoppingPoint, type Look, type StoppingOptions } from './estimates/stopping.js';
export { spearman } from './estimates/spearman.js';
export { tQuantile } from './estimates/student-t.js';
export {
  certificateLooks,
  regretCertificate,
  type Certificate,
  type CertificateInput,
  type CertificateLook,
  type CertificateRules,
} from './decisions/certificate.js';
export {
  decideProposal,
  type AcceptanceSettings,
  type DecisionReason,
  type Outcome,
  type ProposalDecision,
} from './decisions/decide.js';
export {
  circuitState,
  experimentEnding,
  type Ending,
  type EndingInput,
  type ModelRequest,
  type Round,
} from './decisions/endings.js';
export { isBelowFloor } from './decisions/floors.js';
export { holm, pairedTest, type PairedTest, type PairedTestOptions } from './decisions/paired-test.js';
export {
  race,
  raceLooks,
  type PlayedDay,
  type RaceInput,
  type RaceLook,
  type RaceResult,
  type RaceRules,
} from './decisions/race.js';
export { isRisky } from './decisions/risk.js';
export { bimatrixEquilibria, type Equilibria, type Equilibrium } from './games/bimatrix.js';
export {
  bestResponseGraph,
  equilibriumSet,
  priceOfAnarchy,
  type BestResponseGraph,
  type EquilibriumCell,
} from './games/cells.js';
export { fictitiousPlay, replicatorDynamics } from './games/dynamics.js';
export { morrisDesign, morrisEffects, type Trajectory } from './sensitivity/morris.js';
export { paretoFront } from './sensitivity/pareto.js';
export { sobolDesign, sobolIndices, sobolPoints, type SobolDesign } from './sensitivity/sobol.js';
