import type { ScenarioData } from '@simcash/protocol';
import { RACING } from '../definition/optimizer-schema.js';
import type { ExperimentRun } from '../experiment.js';
import { optimizerSettings } from '../optimizers/create.js';
import type { ExperimentHost } from '../host.js';
import type { CostScope } from '../scenario.js';

/** What stays the same over all iterations of a run. */
export interface EvaluationSetting {
  host: ExperimentHost;
  runId: string;
  scenario: ScenarioData;
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

/** What the definition says, with what it leaves to `semantics` and to the optimizer filled in. */
export function settingOf({
  definition,
  host,
  persistSamples = false,
  runId,
  scenario,
  signal,
}: ExperimentRun): EvaluationSetting {
  const { evaluation, master_seed, optimized_agents, seeds, semantics } = definition;
  const { racing, screen_days } = { racing: RACING, screen_days: evaluation.days.search, ...optimizerSettings(definition) };
  const asReference = semantics === 'reference';
  return {
    host,
    runId,
    scenario,
    masterSeed: master_seed,
    agents: optimized_agents,
    ticks: evaluation.ticks,
    numSamples: evaluation.num_samples,
    days: { search: evaluation.days.search, screen: screen_days, acceptance: evaluation.days.acceptance },
    racing,
    signal,
    costScope: evaluation.cost_scope ?? (asReference ? 'last_day' : 'total'),
    asReference,
    perAgentSamples: seeds.per_agent_samples,
    persistSamples,
  };
}
