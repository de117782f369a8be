import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import {
  issueText,
  parseScenario,
  readScenarioText,
  ScenarioError,
  type Scenario,
  type ScenarioIssue,
  type ScenarioText,
} from '@simcash/engine';
import { CommandError, EXIT, inputError, usageError } from './exit-codes.js';

export interface ScenarioFileOptions {
  strict?: boolean;
  seed?: string;
  days?: string;
  ticksPerDay?: string;
  set?: readonly string[];
  policy?: readonly string[];
}

/** A scenario file that has been read, overridden and checked. */
export interface LoadedScenario {
  scenario: Scenario;
  file: string;
  /** The document with overrides and with policy files replaced by their texts: it alone reproduces the run. */
  document: unknown;
  warnings: string[];
}

/** Reads, overrides and checks a scenario file (`-` is stdin). @throws CommandError with all problems */
export function loadScenario(file: string, options: ScenarioFileOptions = {}): LoadedScenario {
  const text = readText(file, 'scenario');
  const source = parseText(file, text);
  const document = applyOverrides(source.document, options);
  const warnings = (issues: readonly ScenarioIssue[]): string[] =>
    issues.map((issue) => `${file}${position(source, issue)}: ${issueText(issue)}`);
  try {
    const readPolicy = (jsonPath: string): string => readPolicyFile(jsonPath, file);
    const scenario = parseScenario(document, { exactIntegers: true, readPolicy, strict: options.strict ?? true });
    return { scenario, file, document: withPolicyTexts(document, scenario), warnings: warnings(scenario.warnings) };
  } catch (error) {
    if (!(error instanceof ScenarioError)) throw error;
    const [first, ...others] = error.issues;
    const lines = others.map(
      (issue) => `${position(source, issue).replace(/^:/, 'line ')}${position(source, issue) && ': '}${issueText(issue)}`,
    );
    throw inputError(`${file}${position(source, first!)}: Invalid configuration: ${issueText(first!)}`, ...lines);
  }
}

/** `:12:5` where the text has lines. */
function position(source: ScenarioText, issue: ScenarioIssue): string {
  const place = source.locate(issue.path);
  return place === null ? '' : `:${place.line}:${place.column}`;
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

/** Reads a text file or stdin; the error says which file and why. */
export function readText(file: string, what: string): string {
  try {
    return readFileSync(file === '-' ? 0 : file, 'utf8');
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT') throw inputError(`${what} file not found: ${file}`);
    if (code === 'EISDIR') throw inputError(`${file} is a directory, a ${what} file is needed`);
    throw new CommandError(EXIT.input, `${what} file ${file} cannot be read: ${message}`);
  }
}

/** Finds a policy file: absolute, beside the scenario, in the working directory, or in the packaged library (spec 07 §12). */
function readPolicyFile(jsonPath: string, scenarioFile: string): string {
  const library = fileURLToPath(new URL('../../../docs/examples/policies/', import.meta.url));
  const candidates = path.isAbsolute(jsonPath)
    ? [jsonPath]
    : [path.resolve(path.dirname(scenarioFile), jsonPath), path.resolve(jsonPath), path.join(library, path.basename(jsonPath))];
  const found = candidates.find((candidate) => existsSync(candidate));
  if (found === undefined) throw new Error(`Policy JSON file not found: ${jsonPath} (tried ${candidates.join(', ')})`);
  return readFileSync(found, 'utf8');
}

type Mapping = Record<string, unknown>;

function applyOverrides(document: unknown, options: ScenarioFileOptions): unknown {
  const assignments = [
    ...(options.seed === undefined ? [] : [`simulation.rng_seed=${options.seed}`]),
    ...(options.days === undefined ? [] : [`simulation.num_days=${options.days}`]),
    ...(options.ticksPerDay === undefined ? [] : [`simulation.ticks_per_day=${options.ticksPerDay}`]),
    ...(options.set ?? []),
    ...(options.policy ?? []).map(policyAssignment),
  ];
  if (assignments.length === 0 || typeof document !== 'object' || document === null) return document;
  const flat = Object.hasOwn(document, 'agent_configs');
  return assignments.reduce<unknown>(
    (current, assignment) => assign(current, flat ? assignment.replace(/^simulation\./, '') : assignment),
    document,
  );
}

function policyAssignment(assignment: string): string {
  const at = assignment.indexOf('=');
  if (at < 1) throw usageError(`--policy needs AGENT=FILE, got '${assignment}'`);
  return `agents.${assignment.slice(0, at)}.policy=${JSON.stringify({ type: 'FromJson', json_path: path.resolve(assignment.slice(at + 1)) })}`;
}

/** Applies `path.to.key=value`; a list element is named by its position or, among agents, by its id. The value is YAML. */
function assign(document: unknown, assignment: string): unknown {
  const at = assignment.indexOf('=');
  if (at < 1) throw usageError(`--set needs PATH=VALUE, got '${assignment}'`);
  const value = readScenarioText(assignment.slice(at + 1)).document;
  return setAt(document, assignment.slice(0, at).split('.'), value, assignment);
}

function setAt(current: unknown, [part, ...rest]: readonly string[], value: unknown, assignment: string): unknown {
  if (part === undefined) return value;
  if (Array.isArray(current)) {
    const index = /^\d+$/.test(part) ? Number(part) : current.findIndex((element) => (element as Mapping | null)?.id === part);
    if (index < 0 || index >= current.length) throw usageError(`--set ${assignment}: there is no element '${part}'`);
    return current.map((element, i) => (i === index ? setAt(element, rest, value, assignment) : element));
  }
  if (current !== undefined && current !== null && typeof current !== 'object')
    throw usageError(`--set ${assignment}: '${part}' is not inside a mapping`);
  const mapping = (current ?? {}) as Mapping;
  return { ...mapping, [part]: setAt(mapping[part], rest, value, assignment) };
}

/** The document with every policy file's text inside, so that moving the file changes nothing (spec 07 Q712). */
function withPolicyTexts(document: unknown, scenario: Scenario): unknown {
  const { agents } = document as { agents?: Mapping[] };
  if (!Array.isArray(agents)) return document;
  const embedded = agents.map((agent, i) => {
    const policy = agent.policy as Mapping | undefined;
    const resolved = scenario.config.agent_configs[i]!.policy;
    if (!policy || !Object.hasOwn(policy, 'json_path') || resolved.type !== 'FromJson') return agent;
    return { ...agent, policy: { type: 'InlineJson', json_string: resolved.json } };
  });
  return { ...(document as Mapping), agents: embedded };
}
