import { visible } from '@simcash/protocol';
import { readdirSync } from 'node:fs';
import path from 'node:path';
import { optimizerSettings, type ExperimentDefinition } from '@simcash/experiments';
import { asCommandError, CommandError, EXIT } from '../exit-codes.js';
import type { PathOptions } from '../files/confines.js';
import type { GlobalOptions } from '../global-options.js';
import { json, note, print, say } from '../output/streams.js';
import { table } from '../output/table.js';
import { loadExperiment, type LoadedExperiment } from './load.js';

export async function validateExperiments(files: readonly string[], options: GlobalOptions & PathOptions): Promise<void> {
  const check = async (file: string) => {
    try {
      const { definition, warnings } = await loadExperiment(file, options);
      const { convergence, evaluation, name, optimized_agents } = definition;
      return {
        file,
        valid: true,
        name,
        mode: evaluation.mode,
        max_iterations: convergence.max_iterations,
        optimized_agents,
        warnings,
      };
    } catch (thrown) {
      const error = asCommandError(thrown);
      if (!(error instanceof CommandError)) throw error;
      return { file, valid: false, errors: [error.message, ...error.hints] };
    }
  };
  const found = await Promise.all(files.map(check));
  if (options.json) print(json(found));
  else {
    for (const result of found) {
      if ('errors' in result) for (const [i, error] of result.errors!.entries()) note(i === 0 ? `error: ${error}` : `  ${error}`);
      else {
        if (!options.quiet) for (const warning of result.warnings) note(`warning: ${warning}`);
        say(
          `${visible(`${result.file}: valid (${result.name}, ${result.mode}, banks ${result.optimized_agents.join(', ')})`)}\n`,
        );
      }
    }
  }
  const invalid = found.filter(({ valid }) => !valid).length;
  if (invalid > 0) process.exitCode = EXIT.input;
}

/** Everything that an experiment sets, defaults included. */
export async function describeExperiment(file: string, options: GlobalOptions & PathOptions): Promise<void> {
  const { definition, scenario } = await loadExperiment(file, options);
  if (options.json) return print(json({ ...definition, optimizer: optimizerSettings(definition) }));
  const { convergence, evaluation, policy_constraints } = definition;
  const { acceptance } = evaluation;
  const rows: [string, unknown][] = [
    ['Name', definition.name],
    ['Description', definition.description || '–'],
    ['Semantics', definition.semantics],
    ['Scenario', `${definition.scenario} (${(scenario.agents as unknown[]).length} banks)`],
    ['Optimised banks', definition.optimized_agents.join(', ')],
    ['Evaluation', `${evaluation.mode}, ${evaluation.ticks} ticks${drawsText(evaluation)}`],
    ['Acceptance', Object.keys(acceptance).length === 0 ? 'lower cost' : JSON.stringify(acceptance)],
    ['Optimizer', JSON.stringify(optimizerSettings(definition))],
    ['Model', definition.llm?.model ?? '–'],
    ['Iterations', `at most ${convergence.max_iterations}`],
    [
      'Stability',
      evaluation.mode === 'monte-carlo'
        ? `${convergence.stability_window} iterations without acceptance; then at most ${convergence.epsilon_pct} % to save alone`
        : `${convergence.stability_window} iterations within ${convergence.stability_threshold}`,
    ],
    [
      'Parameters',
      policy_constraints?.allowed_parameters
        .map(({ max_value, min_value, name }) => `${name} [${min_value ?? '−∞'}, ${max_value ?? '∞'}]`)
        .join(', ') || '–',
    ],
    ['Actions', JSON.stringify(policy_constraints?.allowed_actions ?? {})],
    ['Master seed', definition.master_seed],
    ['Prompt', (definition.llm?.system_prompt ?? '–').slice(0, 100)],
  ];
  const width = Math.max(...rows.map(([name]) => name.length));
  say(rows.map(([name, value]) => `${name.padEnd(width)}  ${visible(String(value))}\n`).join(''));
}

function drawsText({ days, mode, num_samples }: ExperimentDefinition['evaluation']): string {
  if (mode === 'bootstrap') return `, ${num_samples} samples`;
  return mode === 'monte-carlo' ? `, days: ${days.search} to search, ${days.acceptance} to judge, ${days.test} to test` : '';
}

/** The experiments of a directory, by file name; files that are none are passed over with a warning. */
export async function listExperiments(directory: string, options: GlobalOptions & PathOptions): Promise<void> {
  let files: string[];
  try {
    files = readdirSync(directory)
      .filter((name) => /\.ya?ml$/.test(name))
      .sort();
  } catch (error) {
    throw new CommandError(EXIT.input, `directory ${directory} cannot be read: ${(error as Error).message}`);
  }
  const found: LoadedExperiment[] = [];
  for (const name of files)
    try {
      found.push(await loadExperiment(path.join(directory, name), options));
    } catch (thrown) {
      const error = asCommandError(thrown);
      if (!(error instanceof CommandError)) throw error;
      if (!options.quiet) note(`warning: ${error.message}`);
    }
  const listed = found.map(({ definition, file }) => ({
    name: definition.name,
    description: definition.description,
    mode: definition.evaluation.mode,
    optimized_agents: definition.optimized_agents,
    file,
  }));
  if (options.json) return print(json(listed));
  const rows = listed.map((row) => [row.name, row.description, row.mode, row.optimized_agents.join(', '), row.file]);
  say(`${table(['Name', 'Description', 'Mode', 'Banks', 'File'], rows)}\n`);
}
