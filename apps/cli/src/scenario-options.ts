import type { Command } from 'commander';
import { withPathOptions } from './files/confines.js';
import { repeatable } from './filter-options.js';
import { wholeNumberOption } from './numbers.js';

/** Adds the options that change a scenario, but its seed and its settlement design. */
export function withScenarioOptions(command: Command): Command {
  return withPathOptions(command)
    .option('--days <n>', 'number of days', wholeNumberOption('--days', 1))
    .option('--ticks-per-day <n>', 'ticks of a day', wholeNumberOption('--ticks-per-day', 1))
    .option('--set <path=value>', 'override a key of the scenario, e.g. agents.NORTH.unsecured_cap=0 (repeatable)', repeatable)
    .option('--policy <agent=file>', 'replace the policy of a bank (repeatable)', repeatable)
    .option('--payments <file>', 'read the payments from this file, with the settings of the scenario’s first source')
    .option('--plugin <file>', 'allow the scenario to run this settlement algorithm of yours (repeatable)', repeatable)
    .option('--no-strict', 'unknown scenario keys are warnings, not errors');
}
