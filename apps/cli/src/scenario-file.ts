import path from 'node:path';
import {
  InvalidConfigError,
  issueText,
  parseScenario,
  readScenarioText,
  ScenarioError,
  Simulation,
  type Scenario,
  type ScenarioIssue,
  type ScenarioText,
} from '@simcash/engine';
import { CommandError, EXIT, inputError } from './exit-codes.js';
import { quoted } from './output/visible.js';
import { applyOverrides, type Override, type OverrideOptions } from './overrides.js';
import { Confines, type PathOptions } from './files/confines.js';
import { readPolicyText, readText } from './files/reading.js';

export interface ScenarioFileOptions extends OverrideOptions, PathOptions {
  strict?: boolean;
}

/** A scenario file that has been read, overridden and checked. */
export interface LoadedScenario {
  scenario: Scenario;
  file: string;
  /** Every file that was read. */
  inputs: string[];
  warnings: string[];
}

/** Reads, overrides and checks a scenario file (`-` is stdin) and its policies. @throws CommandError with all problems */
export function loadScenario(file: string, options: ScenarioFileOptions = {}): LoadedScenario {
  const text = readText(file, 'scenario');
  const source = parseText(file, text);
  const { document, overrides } = applyOverrides(source.document, options);
  const places = new Places(file, source, overrides);
  const policyFiles = new Map<string, string>();
  const confines = new Confines(file, options);
  const named = filesIn(overrides.map((override) => valueAt(document, override.path)));
  const readPolicy = (jsonPath: string): string => {
    const found = named.has(jsonPath) ? jsonPath : confines.policy(jsonPath);
    policyFiles.set(jsonPath, found);
    return readPolicyText(found);
  };
  try {
    const scenario = parseScenario(document, { exactIntegers: true, readPolicy, strict: options.strict ?? true });
    checkWithEngine(scenario, places, policyFiles);
    return { scenario, file, inputs: [file, ...policyFiles.values()], warnings: together(scenario.warnings, places) };
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

/** Policy files among values of the command line: the user named them, so they may lie anywhere. */
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
function checkWithEngine(scenario: Scenario, places: Places, policyFiles: ReadonlyMap<string, string>): void {
  try {
    Simulation.create(scenario);
  } catch (error) {
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

/** Warnings that differ in nothing but their place, and the number or name of a bank, become one with the first places. */
function together(issues: readonly ScenarioIssue[], places: Places): string[] {
  const groups = new Map<string, ScenarioIssue[]>();
  for (const issue of issues) {
    const kind = `${issue.path.map((part) => (typeof part === 'number' ? '#' : part)).join('.')} ${issue.message.replace(/\d+|'[^']*'|\([^)]*\)/g, '#')}`;
    groups.set(kind, [...(groups.get(kind) ?? []), issue]);
  }
  return [...groups.values()].map(([first, ...others]) => {
    const text = `${places.of(first!.path)}: ${issueText(first!)}`;
    if (others.length === 0) return text;
    const named = others.slice(0, NAMED_PLACES - 1).map(({ path }) => places.of(path));
    const rest = others.length > named.length ? ', …' : '';
    return `${text} (the same ${others.length} times more: ${named.join(', ')}${rest})`;
  });
}

function parseText(file: string, text: string): ScenarioText {
  const extension = path.extname(file);
  if (file !== '-' && !['.yaml', '.yml', '.json'].includes(extension)) {
    throw inputError(`Unsupported file format: ${extension || file}`, 'scenario files end in .yaml, .yml or .json');
  }
  try {
    return readScenarioText(text, extension === '.json' ? 'json' : 'yaml');
  } catch (error) {
    if (error instanceof ScenarioError) throw inputError(`${file}: ${error.message}`);
    throw error;
  }
}
