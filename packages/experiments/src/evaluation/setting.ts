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
  /** Days by what they are for; those on which searches try out points come first of the search days (spec 17 §1.1). */
  days: { search: number; screen: number; acceptance: number };
  /** How searches narrow down; all candidates are played on all search days without. */
  racing: { batch: number; alpha: number; budget: number } | false;
  costScope: CostScope;
  /** Follow the published implementation where it is known to be wrong (`semantics: reference`). */
  asReference: boolean;
  /** Give every bank samples of its own (spec 11 Q1). */
  perAgentSamples: boolean;
  signal: AbortSignal | undefined;
  /** Store the simulations of comparisons, too. */
  persistSamples: boolean;
}
