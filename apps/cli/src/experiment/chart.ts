import path from 'node:path';
import { CommandError, EXIT, usageError } from '../exit-codes.js';
import type { GlobalOptions } from '../global-options.js';
import { note, print } from '../output/streams.js';
import { databaseFiles, writeText, type ForceOptions } from '../files/writing.js';
import { experimentDatabase, readExperiments } from './database.js';

export interface ChartCommandOptions extends GlobalOptions, ForceOptions {
  agent?: string;
  parameter?: string;
  kind?: 'cost' | 'parameter' | 'breakdown';
  output?: string;
}

/** Draws a run as SVG. */
export async function drawChart(id: string, options: ChartCommandOptions): Promise<void> {
  const { agent, kind = 'cost', output = `${id}.svg`, parameter } = options;
  if (output !== '-' && path.extname(output) !== '.svg')
    throw usageError(`--output ${output}: charts are SVG, name a file that ends in .svg`);
  if (kind === 'cost' && parameter !== undefined && agent === undefined)
    throw usageError('--parameter needs --agent, or --kind parameter');
  if (kind === 'breakdown' && agent === undefined) throw usageError('--kind breakdown needs --agent');
  const svg = await readExperiments(options, async (repository) => {
    const run = await repository.find(id);
    if (run.iterations.length === 0) throw new CommandError(EXIT.failure, `${id} has no complete iteration to draw`);
    const banks = Object.keys(run.iterations[0]!.policies);
    if (agent !== undefined && !banks.includes(agent)) throw usageError(`--agent ${agent}: ${id} optimises ${banks.join(', ')}`);
    const { breakdownChart, costChart, parameterChart, testCostChart } = await import('@simcash/experiments/charts');
    const choice = { ...(agent === undefined ? {} : { agent }), ...(parameter === undefined ? {} : { parameter }) };
    if (kind === 'parameter') return parameterChart(run, choice);
    const events = await repository.events(id);
    if (kind === 'breakdown') return breakdownChart(run, events, agent!);
    return (parameter === undefined ? testCostChart(run, events, choice) : null) ?? costChart(run, choice);
  });
  if (output === '-') return print(svg);
  writeText(`--output ${output}`, output, svg, options, databaseFiles(experimentDatabase(options)));
  if (!options.quiet) note(`Chart written to ${output}`);
}
