import { narrate, simulationPrefix } from '@simcash/experiments';
import { listSimulations, type SimCashDatabase } from '@simcash/persistence';
import { type ExperimentEvent, type LlmInteraction, visibleDeep } from '@simcash/protocol';
import { replay } from '../commands/replay.js';
import { CommandError, EXIT, usageError } from '../exit-codes.js';
import type { FilterOptions } from '../filter-options.js';
import { json, note, print, say } from '../output/streams.js';
import { experimentRepository, readExperiments } from './database.js';
import { verbosity, type VerbosityOptions } from './options.js';
import { experimentSummary } from './summary.js';

export interface ExperimentReplayOptions extends VerbosityOptions, FilterOptions {
  audit?: boolean;
  /** First and last iteration of the audit, counted from 0. */
  start?: number;
  end?: number;
  simulation?: string;
  jsonl?: 'ticks' | 'events';
}

/** Shows a stored run as it was shown when it ran; or one of its simulations; or its conversations with language models. */
export function replayExperiment(id: string, options: ExperimentReplayOptions): Promise<void> {
  return readExperiments(options, (_, database) => show(database, id, options));
}

/** @throws NotStoredError */
export async function show(database: SimCashDatabase, id: string, options: ExperimentReplayOptions): Promise<void> {
  const repository = experimentRepository(database);
  const run = await repository.find(id);
  if (options.simulation !== undefined) {
    const simulation = await findSimulation(database, id, options.simulation);
    return replay(database, simulation, options);
  }
  const events = await repository.events(id);
  if (options.audit) return audit(events, options);
  if (options.jsonl) return print(events.map((event) => `${JSON.stringify(event)}\n`).join(''));
  if (options.json) return print(json({ schema_version: 1, ...run, events }));
  if (run.status === 'failed' && !options.quiet) note(`note: this run ended early: ${run.error_message}`);
  for (const event of events) for (const line of narrate(visibleDeep(event), verbosity(options))) print(`${line}\n`);
  if (run.iterations.length > 0) say(experimentSummary(run));
}

/** The simulation behind `iter5:eval` (spec 09 §8.4). */
async function findSimulation(database: SimCashDatabase, run: string, selector: string): Promise<string> {
  const prefix = simulationPrefix(run, selector);
  const stored = await listSimulations(database, { experiment_run_id: run });
  const ids = stored.map(({ simulation_id }) => simulation_id).sort();
  const matching = ids.filter((id) => id === prefix || id.startsWith(`${prefix}-`));
  if (matching.length === 1) return matching[0]!;
  if (ids.includes(prefix)) return prefix;
  if (matching.length === 0) {
    const ofIteration = ids.filter((id) => id.startsWith(`${simulationPrefix(run, selector.split(':')[0]!)}-`));
    const known = ofIteration.length > 0 ? ofIteration : ids;
    throw new CommandError(EXIT.notFound, `${run} has no stored simulation ${selector}`, known.slice(0, MOST_IDS));
  }
  throw usageError(`${selector} means ${matching.length} simulations of ${run}: say more`, ...matching.slice(0, MOST_IDS));
}

/** Ids that an error names at most. */
const MOST_IDS = 20;

const RULE = '='.repeat(80);

function audit(events: readonly ExperimentEvent[], options: ExperimentReplayOptions): void {
  const { end = Infinity, start = 0 } = options;
  if (start > end) throw usageError(`--start ${start} lies after --end ${end}`);
  const asked = events.filter(({ iteration }) => iteration >= start && iteration <= end);
  const interactions = asked.flatMap(({ event_data, event_type, iteration }) =>
    event_type === 'llm_interaction' ? [{ iteration, ...event_data }] : [],
  );
  if (options.json) return print(json(interactions));
  if (interactions.length === 0) return say('No conversations with a language model in these iterations.\n');
  const sorted = interactions.toSorted(
    (a, b) => a.iteration - b.iteration || (a.agent_id < b.agent_id ? -1 : a.agent_id > b.agent_id ? 1 : 0),
  );
  for (const interaction of sorted) say(interactionText(interaction));
}

function interactionText({ iteration, ...data }: LlmInteraction & { iteration: number }): string {
  const tokens = `${data.prompt_tokens} prompt and ${data.completion_tokens} completion tokens`;
  return [
    RULE,
    `Iteration ${iteration}, ${data.agent_id}, attempt ${data.attempt}: ${data.model}, ${tokens}, ${data.latency_seconds.toFixed(2)} s`,
    RULE,
    ...section('System prompt', data.system_prompt),
    ...section('User prompt', data.user_prompt),
    ...section('Response', pretty(data.raw_response)),
    `Verdict: ${data.parsing_error === null ? 'valid' : `refused: ${data.parsing_error}`}`,
    '',
    '',
  ].join('\n');
}

const section = (title: string, text: string): string[] => [`--- ${title} ---`, text, ''];

function pretty(text: string): string {
  try {
    return JSON.stringify(JSON.parse(text), null, 2);
  } catch {
    return text;
  }
}
