import type { ScenarioDocument } from '@simcash/protocol';
import type { ExperimentHost } from '../host.js';
import type { CostScope } from '../scenario.js';

/** What stays the same over all iterations of a run. */
export interface EvaluationSetting {
  host: ExperimentHost;
  runId: string;
  scenario: ScenarioDocument;
  masterSeed: string;
  /** The optimised banks in the order of the file. */
  agents: readonly string[];
  ticks: number;
  numSamples: number;
  costScope: CostScope;
  /** Follow the published implementation where it is known to be wrong (`semantics: reference`). */
  asReference: boolean;
  /** Give every bank samples of its own (spec 11 Q1). */
  perAgentSamples: boolean;
  /** Store the simulations of comparisons, too. */
  persistSamples: boolean;
}
