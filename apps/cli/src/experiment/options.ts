import type { Command } from 'commander';
import type { NarrativeOptions } from '@simcash/experiments';
import type { GlobalOptions } from '../global-options.js';

/** How much a run or a replay tells (spec 11 §14.1). */
export interface VerbosityOptions extends GlobalOptions {
  verboseIterations?: boolean;
  verboseBootstrap?: boolean;
  verboseLlm?: boolean;
  verbosePolicy?: boolean;
  verboseMetrics?: boolean;
  verboseSimulations?: boolean;
}

export function withVerbosityOptions(command: Command): Command {
  return command
    .option('--verbose-iterations', 'show the seeds of iterations')
    .option('--verbose-bootstrap', 'show samples one by one')
    .option('--verbose-llm', 'show requests to language models')
    .option('--verbose-policy', 'show all parameters of proposals')
    .option('--verbose-metrics', 'show costs by component')
    .option('--verbose-simulations', 'show the ids of simulations');
}

/** `--verbose` shows everything. */
export function verbosity(options: VerbosityOptions): NarrativeOptions {
  const all = options.verbose ?? false;
  return {
    iterations: all || (options.verboseIterations ?? false),
    bootstrap: all || (options.verboseBootstrap ?? false),
    llm: all || (options.verboseLlm ?? false),
    policy: all || (options.verbosePolicy ?? false),
    metrics: all || (options.verboseMetrics ?? false),
    simulations: all || (options.verboseSimulations ?? false),
  };
}
