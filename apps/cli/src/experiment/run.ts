import { randomBytes } from 'node:crypto';
import { policySchema, SimulationError } from '@simcash/engine';
import {
  createOptimizer,
  ExperimentInterrupted,
  MemoryExperimentStore,
  narrate,
  optimizerSettings,
  runExperiment,
  runId,
  summarise,
  type PolicyOptimizer,
} from '@simcash/experiments';
import {
  canonicalJson,
  type ExperimentEvent,
  type Ending,
  type ExperimentResult,
  type ExperimentStore,
  type PersistenceLevel,
  type StoredExperiment,
  visible,
  visibleDeep,
} from '@simcash/protocol';
import { parseArgsStringToArgv } from 'string-argv';
import { createExecutor, createHost, type ExecutorName } from '@simcash/runs/experiments';
import type { SimCashDatabase } from '@simcash/persistence';
import { asCommandError, CommandError, EXIT, inputError, usageError } from '../exit-codes.js';
import { isProgram } from '../files/programs.js';
import type { PathOptions } from '../files/confines.js';
import { interruption } from '../interruption.js';
import { command } from '../output/invocation.js';
import { json, note, outliveReaders, print, say } from '../output/streams.js';
import { Progress } from '../output/progress.js';
import { experimentRepository, outputDatabase, writeExperiments } from './database.js';
import { loadExperiment, type LoadedExperiment, type Override } from './load.js';
import { verbosity, type VerbosityOptions } from './options.js';
import { experimentSummary } from './summary.js';

export interface ExperimentRunOptions extends VerbosityOptions, PathOptions {
  llmBaseUrl?: string;
  timeLimit?: number;
  dryRun?: boolean;
  seed?: bigint;
  model?: string;
  reasoningEffort?: string;
  thinkingBudget?: number;
  onLlmFailure?: 'skip' | 'abort';
  optimizer?: string;
  /** Program and arguments of another process that proposes. */
  external?: string;
  externalTimeout?: number;
  id?: string;
  resume?: string;
  persistBootstrap?: boolean;
  level?: string;
  executor?: ExecutorName;
  workers?: number;
  jsonl?: boolean;
  /** Endings without which the run counts as failed. */
  require?: readonly Ending[];
}

export async function runExperimentFile(file: string, options: ExperimentRunOptions): Promise<void> {
  if (options.json && options.jsonl) throw usageError('--json and --jsonl exclude each other');
  if (options.external !== undefined && options.optimizer !== undefined)
    throw usageError('--external and --optimizer exclude each other');
  const loaded = await loadExperiment(file, options, overrides(options));
  if (!options.quiet) for (const warning of loaded.warnings) note(`warning: ${warning}`);
  checkAddress(loaded, options);
  checkProgram(loaded, options);
  if (options.dryRun) return dryRun(loaded, options);
  const path = outputDatabase(loaded, options);
  if (path === null) {
    if (options.resume !== undefined)
      throw usageError('--resume needs the database of the run: give --db, or output in the file');
    if (!options.quiet) note('note: nothing is stored: the file has no output, and --db is not given');
    return runAndReport(loaded, options, new MemoryExperimentStore(), null);
  }
  await writeExperiments(path, options, (database) =>
    runAndReport(loaded, options, experimentRepository(database), database, path),
  );
}

/** Options that change the file (spec 11 §2.3). */
function overrides(options: ExperimentRunOptions): Override {
  const { model, onLlmFailure, optimizer, reasoningEffort, seed, thinkingBudget } = options;
  const llm = {
    ...(model === undefined ? {} : { model }),
    ...(address(options) === undefined ? {} : { base_url: address(options) }),
    ...(reasoningEffort === undefined ? {} : { reasoning_effort: reasoningEffort }),
    ...(thinkingBudget === undefined ? {} : { thinking_budget: thinkingBudget }),
    ...(onLlmFailure === undefined ? {} : { on_failure: onLlmFailure }),
  };
  return (config) => ({
    ...config,
    ...(seed === undefined ? {} : { master_seed: String(seed) }),
    ...(optimizer === undefined ? {} : { optimizer: { type: optimizer } }),
    ...(options.external === undefined ? {} : { optimizer: { type: 'external', ...racingOf(config.optimizer) } }),
    ...(Object.keys(llm).length === 0 ? {} : { llm: { ...(config.llm as object), ...llm } }),
  });
}

/** The budget of a program is that of the race that the file asks for (spec 17 §21). */
const racingOf = (optimizer: unknown): object => {
  const { racing } = (optimizer ?? {}) as { racing?: unknown };
  return racing === undefined ? {} : { racing };
};

/** The user's word for another address than the provider's own. */
const address = ({ llmBaseUrl }: ExperimentRunOptions): string | undefined => llmBaseUrl ?? process.env.SIMCASH_LLM_BASE_URL;

/** A file alone cannot send prompts, and keys, to wherever it likes. */
function checkAddress({ definition: { llm }, file }: LoadedExperiment, options: ExperimentRunOptions): void {
  if (!llm?.base_url || llm.base_url === address(options)) return;
  throw usageError(
    `${file}: llm.base_url names the address ${llm.base_url}: nothing is sent there on the word of a file`,
    `if that is meant, add --llm-base-url ${llm.base_url}; the server gets the key of SIMCASH_LLM_API_KEY and no other`,
  );
}

/** A file alone cannot start a program. */
function checkProgram({ definition, file }: LoadedExperiment, { external }: ExperimentRunOptions): void {
  if (optimizerSettings(definition).type !== 'external') return;
  if (external === undefined)
    throw inputError(
      `${file}: the optimizer external needs a program, which a file cannot name`,
      'add --external "PROGRAM ARGUMENT…"',
    );
  const [program] = parseArgsStringToArgv(external);
  if (program === undefined) throw usageError('--external names no program');
  if (!isProgram(program)) throw usageError(`--external: there is no program ${program}`);
}

function dryRun(loaded: LoadedExperiment, options: ExperimentRunOptions): void {
  const { definition, file, inputs } = loaded;
  const { convergence, evaluation, name, optimized_agents } = definition;
  const found = {
    valid: true,
    name,
    mode: evaluation.mode,
    optimizer: optimizerSettings(definition).type,
    max_iterations: convergence.max_iterations,
    optimized_agents,
    reads: inputs,
    writes: outputDatabase(loaded, options),
    sends: recipient(loaded, options),
  };
  if (options.json) return print(json(found));
  const lines = [
    `${file} is valid: ${name}, ${found.mode}, optimizer ${found.optimizer}, at most ${found.max_iterations} iterations, banks ${optimized_agents.join(', ')}`,
    `  reads   ${inputs.join(', ')}`,
    `  writes  ${found.writes ?? 'nothing'}`,
    `  sends   ${found.sends ?? 'nothing'}`,
  ];
  say(`${lines.map(visible).join('\n')}\n`);
}

/** Where prompts go: the log of a run, seen by one bank, and the texts of the file. */
function recipient({ definition }: LoadedExperiment, { external }: ExperimentRunOptions): string | null {
  const { llm } = definition;
  if (external !== undefined) return `costs of candidates to the program ${external}`;
  if (optimizerSettings(definition).type !== 'llm' || !llm) return null;
  return `prompts to ${llm.model} at ${llm.base_url ?? "the provider's own address"}`;
}

async function runAndReport(
  loaded: LoadedExperiment,
  options: ExperimentRunOptions,
  store: ExperimentStore,
  database: SimCashDatabase | null,
  path?: string,
): Promise<void> {
  const { definition, initial } = loaded;
  if (database !== null) outliveReaders();
  const resume = options.resume === undefined ? null : await resumable(loaded, options.resume, database!);
  const id = resume?.run_id ?? options.id ?? runId(definition.name, new Date(), randomBytes(3));
  if (resume === null && (await store.load(id)) !== null)
    throw usageError(`experiment ${id} is stored already in ${path}: choose another --id`);
  const sent = recipient(loaded, options);
  if (sent !== null && !options.quiet) note(`note: sends ${sent}`);
  const optimizer = await optimizerFor(loaded, database, options);
  const executor = createExecutor(
    options.executor ?? definition.execution.executor,
    options.workers ?? definition.execution.workers,
  );
  const level = (options.level ?? 'full').toUpperCase() as PersistenceLevel;
  const stop = interruption(options.timeLimit);
  const progress = new Progress(definition.convergence.max_iterations, 'iterations', options);
  try {
    const events = runExperiment({
      runId: id,
      definition,
      config: loaded.config,
      scenarioPath: loaded.scenarioPath,
      scenario: loaded.scenario,
      initial,
      optimizer,
      host: createHost(executor, database === null ? null : { database, level, configFile: loaded.scenarioPath }),
      store,
      persistSamples: options.persistBootstrap ?? false,
      signal: stop.signal,
      ...(resume === null ? {} : { resume }),
    });
    for await (const event of events) {
      progress.done();
      tell(event, options);
      progress.update(event.iteration);
    }
  } catch (error) {
    const again = path === undefined ? [] : [`what is complete is stored; go on with --resume ${id}`];
    if (error instanceof ExperimentInterrupted || stop.signal.aborted) {
      const { exitCode, message } = stop.error();
      throw new CommandError(exitCode, message, again);
    }
    if (error instanceof SimulationError) throw new CommandError(EXIT.failure, `a simulation failed: ${error.message}`, again);
    const refusal = asCommandError(error);
    throw refusal instanceof CommandError
      ? new CommandError(refusal.exitCode, refusal.message, [...refusal.hints, ...again])
      : error;
  } finally {
    progress.done();
    stop.dispose();
    await executor.close();
  }
  if (optimizer.givenUp) note(`warning: ${optimizer.givenUp}`);
  const run = (await store.load(id))!;
  if (options.json) print(json({ schema_version: 1, ...summarise(run), ...(path === undefined ? {} : { database: path }) }));
  else if (!options.jsonl) say(experimentSummary(run));
  if (path !== undefined && !options.quiet && !options.json && !options.jsonl) hint(id, path);
  checkEnding(run.result!, options.require);
}

/** A run in which nothing was ever proposed has failed, and so has one that did not end as it had to (spec 17 §7). */
function checkEnding({ converged, ending }: ExperimentResult, required: readonly Ending[] | undefined): void {
  // Where costs decide about the end, there are two ways to end.
  const found = ending ?? (converged ? 'converged' : 'budget');
  if (ending === 'no_proposals' || (required && !required.includes(found))) process.exitCode = EXIT.failure;
}

function tell(event: ExperimentEvent, options: ExperimentRunOptions): void {
  if (options.jsonl) print(`${JSON.stringify(event)}\n`);
  else if (!options.json) for (const line of narrate(visibleDeep(event), verbosity(options))) print(`${line}\n`);
}

function hint(id: string, path: string): void {
  note(`Stored in ${path}. Next:`);
  for (const next of [`experiment replay ${id}`, `experiment chart ${id}`, `list --experiment ${id}`])
    note(`  ${command()} ${next} --db ${path}`);
}

/** A run that was broken off, of the same experiment. */
async function resumable(loaded: LoadedExperiment, id: string, database: SimCashDatabase): Promise<StoredExperiment> {
  const run = await experimentRepository(database).find(id);
  if (run.status === 'completed') throw usageError(`experiment ${id} is complete: there is nothing to resume`);
  const same =
    canonicalJson(run.config) === canonicalJson(loaded.config) && canonicalJson(run.scenario) === canonicalJson(loaded.scenario);
  if (!same)
    throw inputError(
      `${loaded.file} or its scenario has changed since ${id} was begun: a resumed run must be the same experiment`,
    );
  return run;
}

function optimizerFor(
  loaded: LoadedExperiment,
  database: SimCashDatabase | null,
  { external, externalTimeout = 60 }: ExperimentRunOptions,
): Promise<PolicyOptimizer> {
  const program = external && { command: parseArgsStringToArgv(external), timeoutSeconds: externalTimeout, note };
  return createOptimizer(loaded.definition, {
    ...(program ? { external: program } : {}),
    async loadRun(id) {
      if (database === null) throw usageError('the optimizer recorded needs the database of the run it repeats: give --db');
      return experimentRepository(database).find(id);
    },
    async llm(settings) {
      const { LlmOptimizer } = await import('@simcash/experiments/llm');
      return new LlmOptimizer(settings, {
        customization: customization(loaded),
        policyLanguage: JSON.stringify(policySchema()),
        now: () => performance.now() / 1000,
        env: process.env,
      });
    },
  });
}

/** Texts for prompts: for all banks, and for single ones (spec 11 §2.1). */
function customization({ definition: { llm, prompt_customization } }: LoadedExperiment): Record<string, string> {
  const own = Object.entries(prompt_customization ?? {}).filter(
    (entry): entry is [string, string] => typeof entry[1] === 'string',
  );
  const fallback: Record<string, string> = prompt_customization === null && llm?.system_prompt ? { all: llm.system_prompt } : {};
  return { ...fallback, ...Object.fromEntries(own) };
}
