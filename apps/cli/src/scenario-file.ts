import path from 'node:path';
import {
  CeilingError,
  InvalidConfigError,
  readScenario,
  ScenarioError,
  Simulation,
  type Scenario,
  type ScenarioIssue,
  type ScenarioText,
} from '@simcash/engine';
import { RowsRejectedError, type ReadPayments, type ResolvedTables } from '@simcash/payments';
import { CommandError, EXIT, inputError } from './exit-codes.js';
import { issueText, type PaymentList, quoted } from '@simcash/protocol';
import { applyOverrides, type Override, type OverrideOptions } from './overrides.js';
import type { GlobalOptions } from './global-options.js';
import { Confines, type PathOptions } from './files/confines.js';
import { leftOutText, readPaymentLists, refusal, tablesOf } from './files/payment-lists.js';
import { pluginsOf } from './files/plugins.js';
import { readPolicyText } from './files/policy-text.js';
import { readText } from './files/reading.js';
import { parseText } from './files/scenario-text.js';

export interface ScenarioFileOptions extends OverrideOptions, PathOptions, Pick<GlobalOptions, 'db' | 'dbWait'> {
  strict?: boolean;
  /** Files of settlement algorithms that may be loaded. */
  plugin?: readonly string[];
}

/** A scenario file that has been read, overridden and checked. */
export interface LoadedScenario {
  scenario: Scenario;
  file: string;
  /** Every file that was read. */
  inputs: string[];
  warnings: string[];
  /** Files of its own settlement algorithms by the text of their `module`; none is loaded yet. */
  plugins: Readonly<Record<string, string>>;
}

/** A scenario file's own name. */
export const scenarioName = (file: string): string => (file === '-' ? 'stdin' : path.basename(file, path.extname(file)));

/** Reads, overrides and checks a scenario file (`-` is stdin) and its policies. @throws CommandError with all problems */
export async function loadScenario(file: string, options: ScenarioFileOptions = {}): Promise<LoadedScenario> {
  const opened = openScenario(file, options);
  const { parse, places, plugins, policyFiles } = opened;
  return withProblems(opened, async () => {
    const tables: string[] = [];
    const { document } = readTables(opened, tables);
    // Whoever misspells a bank is told so, and not that every payment of the list names an unknown one.
    if (hasPayments(document)) parse({ ...document, payments: undefined });
    const { inputs, read } = await readLists({ ...opened, document });
    if (read instanceof RowsRejectedError) throw refusal(read);
    const scenario = parse(read?.document ?? document, read?.list);
    checkWithEngine(scenario, places, policyFiles, plugins);
    const leftOut = read && leftOutText(read);
    return {
      scenario,
      file,
      inputs: [file, ...policyFiles.values(), ...tables, ...inputs, ...Object.values(plugins)],
      warnings: [...together(scenario.warnings, places), ...(leftOut ? [leftOut] : [])],
      plugins,
    };
  });
}

/** Reads the payments of a scenario file, and checks nothing else of it; null if it has none. @throws CommandError */
export async function readScenarioPayments(
  file: string,
  options: ScenarioFileOptions & { isStrict?: boolean },
): Promise<{
  /** As it was written. */
  given: Record<string, unknown>;
  /** With what accounts and limits say of day 0. */
  document: Record<string, unknown>;
  read: ReadPayments | RowsRejectedError | null;
  tables: ResolvedTables;
  inputs: readonly string[];
}> {
  const opened = openScenario(file, options);
  return withProblems(opened, async () => {
    const files: string[] = [];
    const tables = readTables(opened, files, options.isStrict);
    const { inputs, read } = await readLists({ ...opened, document: tables.document });
    return {
      given: opened.document as Record<string, unknown>,
      document: tables.document,
      read,
      tables,
      inputs: [file, ...files, ...inputs],
    };
  });
}

/** A scenario file with its overrides, before it is checked. */
interface OpenedScenario {
  document: unknown;
  plugins: Readonly<Record<string, string>>;
  places: Places;
  confines: Confines;
  /** Files that the user named on the command line. */
  named: ReadonlySet<string>;
  /** Options that say which database is the user's. */
  database: GlobalOptions;
  /** Policies that were read, by the names that the scenario has for them. */
  policyFiles: ReadonlyMap<string, string>;
  parse: (document: unknown, payments?: PaymentList) => Scenario;
}

function openScenario(file: string, options: ScenarioFileOptions): OpenedScenario {
  const source = parseText(file, readText(file, 'scenario'));
  const overridden = applyOverrides(source.document, options);
  const { overrides } = overridden;
  const { document, plugins } = pluginsOf(overridden.document, file, options.plugin ?? []);
  const policyFiles = new Map<string, string>();
  const confines = new Confines(file, options);
  const named = filesIn(overrides.map((override) => valueAt(document, override.path)));
  const readPolicy = (jsonPath: string): string => {
    const found = named.has(jsonPath) ? jsonPath : confines.policy(jsonPath);
    policyFiles.set(jsonPath, found);
    return readPolicyText(found);
  };
  const settings = { exactIntegers: true, readPolicy, strict: options.strict ?? true };
  return {
    document,
    plugins,
    places: new Places(file, source, overrides),
    confines,
    named,
    database: options,
    policyFiles,
    parse: (data, payments) => readScenario(data, payments === undefined ? settings : { ...settings, payments }),
  };
}

/** Accounts and limits, which may make banks. @param inputs takes every file that is read @throws CommandError */
function readTables({ confines, document, named }: OpenedScenario, inputs: string[], isStrict = true): ResolvedTables {
  if (typeof document !== 'object' || document === null) return { document: document as never, accounts: null, limits: null };
  return tablesOf(document as Record<string, unknown>, { confines, named }, inputs, isStrict);
}

async function readLists({ database, confines, document, named }: OpenedScenario): Promise<{
  read: ReadPayments | RowsRejectedError | null;
  inputs: readonly string[];
}> {
  const inputs: string[] = [];
  try {
    return { read: await readPaymentLists(document, { confines, database, named }, inputs), inputs };
  } catch (error) {
    if (error instanceof RowsRejectedError) return { read: error, inputs };
    throw error;
  }
}

/** Says of what is wrong with a scenario where it stands. */
async function withProblems<T>({ document, places }: OpenedScenario, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (!(error instanceof ScenarioError)) throw error;
    const shown = error.issues.slice(0, MOST_PROBLEMS);
    const [first, ...others] = shown.map((issue) => [places.of(issue.path), withValue(issue, document)] as const);
    const code = error.issues.every((issue) => places.override(issue.path)?.option.startsWith('--set')) ? EXIT.usage : EXIT.input;
    throw new CommandError(code, `${first![0]}: Invalid configuration: ${first![1]}`, [
      ...others.map(([place, what]) => `${place}: ${what}`),
      ...more(error.issues.length),
    ]);
  }
}

const hasPayments = (document: unknown): document is { payments: unknown } =>
  typeof document === 'object' && document !== null && (document as { payments?: unknown }).payments !== undefined;

/** Problems of a file that are shown. */
export const MOST_PROBLEMS = 100;

/** A line about the problems that are not shown. */
export const more = (found: number): string[] => (found > MOST_PROBLEMS ? [`… and ${found - MOST_PROBLEMS} problems more`] : []);

type Path = readonly (string | number)[];

/** Where the parts of a document were written: in the file, or on the command line. */
class Places {
  constructor(
    private readonly file: string,
    private readonly source: ScenarioText,
    private readonly overrides: readonly Override[],
  ) {}

  /** `scenario.yaml:12:5`, or the option that gave the value. */
  of(place: Path): string {
    const override = this.override(place);
    if (override) return override.option;
    const found = this.source.locate(place);
    return found === null ? this.file : `${this.file}:${found.line}:${found.column}`;
  }

  /** The option that the value at a path comes from. */
  override(place: Path): Override | undefined {
    return this.overrides.findLast((override) => override.path.every((part, i) => part === place[i]));
  }
}

function valueAt(document: unknown, place: Path): unknown {
  return place.reduce<unknown>((current, part) => (current as Record<string | number, unknown> | null)?.[part], document);
}

/** Files of policies and payments among values of the command line: the user named them, so they may lie anywhere. */
function filesIn(values: readonly unknown[]): ReadonlySet<string> {
  const files = values.map((value) => (typeof value === 'object' ? (value as { json_path?: unknown } | null)?.json_path : value));
  return new Set(files.filter((file) => typeof file === 'string'));
}

/** The text of an issue with the value that it is about, unless the text shows it already. */
function withValue(issue: ScenarioIssue, document: unknown): string {
  const text = issueText(issue);
  const value = valueAt(document, issue.path);
  const isScalar = ['string', 'number', 'bigint', 'boolean'].includes(typeof value);
  const isShown = text.includes(String(value)) || text.startsWith('Unknown key');
  return isScalar && !isShown ? `${text}, got ${quoted(String(value))}` : text;
}

/** The engine's own refusals, policies above all; they name banks, to which place and policy file are added. */
function checkWithEngine(
  scenario: Scenario,
  places: Places,
  policyFiles: ReadonlyMap<string, string>,
  plugins: Readonly<Record<string, string>>,
): void {
  // Code of the user is not loaded to check a scenario: something stands in for it.
  const standIns = Object.keys(plugins).map((module) => [module, { name: module, select: () => [] }] as const);
  try {
    Simulation.create(scenario, { algorithms: Object.fromEntries(standIns) });
  } catch (error) {
    if (error instanceof CeilingError) throw inputError(`${places.of([])}: ${error.message}`);
    if (!(error instanceof InvalidConfigError)) throw error;
    const agents = scenario.config.agent_configs;
    const list = scenario.document === null ? 'agent_configs' : 'agents';
    const indexOf = (id: string | null): number => agents.findIndex((agent) => agent.id === id);
    const placeOf = (id: string | null): string => places.of(indexOf(id) < 0 ? [] : [list, indexOf(id), 'policy']);
    const [first, ...others] = error.issues;
    const rule = others.length === 0 ? error.rule : `Policy validation failed: Agent ${first!.agent_id}: ${first!.message}`;
    const concerned = new Set(error.issues.map(({ agent_id }) => agent_id));
    const files = [...concerned].flatMap((id) => {
      const policy = scenario.document?.agents[indexOf(id)]?.policy;
      const found = policy?.type === 'FromJson' ? policyFiles.get(policy.json_path) : undefined;
      return found === undefined ? [] : [`the policy of ${id} is ${found}`];
    });
    throw inputError(
      `${placeOf(error.agentId)}: Invalid configuration: ${rule}`,
      ...others.map(({ agent_id, message }) => `${placeOf(agent_id)}: Agent ${agent_id}: ${message}`),
      ...files,
    );
  }
}

/** Places that a warning names when it is given many times. */
const NAMED_PLACES = 3;

/** Warnings of one kind that differ in their place become one with the first places. */
function together(issues: readonly ScenarioIssue[], places: Places): string[] {
  const groups = new Map<string, ScenarioIssue[]>();
  for (const issue of issues) {
    const kind = `${issue.path.map((part) => (typeof part === 'number' ? '#' : part)).join('.')} ${issue.code ?? issue.message}`;
    const group = groups.get(kind);
    if (group === undefined) groups.set(kind, [issue]);
    else group.push(issue);
  }
  const shown = [...groups.values()].slice(0, MOST_PROBLEMS).map(([first, ...others]) => {
    const text = `${places.of(first!.path)}: ${issueText(first!)}`;
    if (others.length === 0) return text;
    const named = others.slice(0, NAMED_PLACES - 1).map(({ path }) => places.of(path));
    const rest = others.length > named.length ? ', …' : '';
    return `${text} (the same ${others.length} times more: ${named.join(', ')}${rest})`;
  });
  const hidden = groups.size - shown.length;
  return hidden > 0 ? [...shown, `… and ${hidden} more`] : shown;
}
