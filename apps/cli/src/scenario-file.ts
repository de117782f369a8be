import { existsSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import {
  issueText,
  parseScenario,
  readScenarioText,
  ScenarioError,
  Simulation,
  SimulationError,
  type Scenario,
  type ScenarioIssue,
  type ScenarioText,
} from '@simcash/engine';
import { CommandError, EXIT, inputError } from './exit-codes.js';
import { applyOverrides, type Override, type OverrideOptions } from './overrides.js';
import { readText } from './text-file.js';

export interface ScenarioFileOptions extends OverrideOptions {
  strict?: boolean;
}

/** A scenario file that has been read, overridden and checked. */
export interface LoadedScenario {
  scenario: Scenario;
  file: string;
  /** The document with overrides and with policy files replaced by their texts: it alone reproduces the run. */
  document: unknown;
  warnings: string[];
}

/** Reads, overrides and checks a scenario file (`-` is stdin) and its policies. @throws CommandError with all problems */
export function loadScenario(file: string, options: ScenarioFileOptions = {}): LoadedScenario {
  const text = readText(file, 'scenario');
  const source = parseText(file, text);
  const { document, overrides } = applyOverrides(source.document, options);
  const places = new Places(file, source, overrides);
  const policyFiles = new Map<string, string>();
  const readPolicy = (jsonPath: string): string => {
    const found = findPolicyFile(jsonPath, file);
    policyFiles.set(jsonPath, found);
    return readText(found, 'policy');
  };
  try {
    const scenario = parseScenario(document, { exactIntegers: true, readPolicy, strict: options.strict ?? true });
    checkWithEngine(scenario, places, policyFiles);
    const warnings = scenario.warnings.map((issue) => `${places.of(issue.path)}: ${issueText(issue)}`);
    return { scenario, file, document: withPolicyTexts(document, scenario), warnings };
  } catch (error) {
    if (!(error instanceof ScenarioError)) throw error;
    const [first, ...others] = error.issues.map((issue) => [places.of(issue.path), withValue(issue, document)] as const);
    const code = error.issues.every((issue) => places.override(issue.path)?.option.startsWith('--set')) ? EXIT.usage : EXIT.input;
    throw new CommandError(
      code,
      `${first![0]}: Invalid configuration: ${first![1]}`,
      others.map(([place, what]) => `${place}: ${what}`),
    );
  }
}

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

/** The text of an issue with the value that it is about, unless the text shows it already. */
function withValue(issue: ScenarioIssue, document: unknown): string {
  const text = issueText(issue);
  const value = issue.path.reduce<unknown>(
    (current, part) => (current as Record<string | number, unknown> | null)?.[part],
    document,
  );
  const isScalar = ['string', 'number', 'bigint', 'boolean'].includes(typeof value);
  const isShown = text.includes(String(value)) || text.startsWith('Unknown key');
  return isScalar && !isShown ? `${text}, got ${String(value)}` : text;
}

/** The engine's own refusals, policies above all; they name banks, to which place and policy file are added. */
function checkWithEngine(scenario: Scenario, places: Places, policyFiles: ReadonlyMap<string, string>): void {
  try {
    Simulation.create(scenario);
  } catch (error) {
    if (!(error instanceof SimulationError)) throw error;
    const [what, ...others] = error.message.replace(/^Invalid config: /, '').split(/; (?=Agent )/);
    const agents = scenario.config.agent_configs;
    const concerned = agents.flatMap(({ id }, i) => (error.message.includes(`gent ${id}: `) ? [i] : []));
    const list = scenario.document === null ? 'agent_configs' : 'agents';
    const place = places.of(concerned.length === 0 ? [] : [list, concerned[0]!, 'policy']);
    const files = concerned.flatMap((i) => {
      const policy = scenario.document?.agents[i]?.policy;
      const found = policy?.type === 'FromJson' ? policyFiles.get(policy.json_path) : undefined;
      return found === undefined ? [] : [`the policy of ${agents[i]!.id} is ${found}`];
    });
    throw inputError(`${place}: Invalid configuration: ${what}`, ...others, ...files);
  }
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

/** Finds a policy file: absolute, beside the scenario, in the working directory, or in the packaged library (spec 07 §12). */
function findPolicyFile(jsonPath: string, scenarioFile: string): string {
  const library = fileURLToPath(new URL('../../../docs/examples/policies/', import.meta.url));
  const candidates = path.isAbsolute(jsonPath)
    ? [jsonPath]
    : [path.resolve(path.dirname(scenarioFile), jsonPath), path.resolve(jsonPath), path.join(library, path.basename(jsonPath))];
  const found = candidates.find((candidate) => existsSync(candidate));
  if (found === undefined) throw new Error(`Policy JSON file not found: ${jsonPath} (tried ${candidates.join(', ')})`);
  return found;
}

type Mapping = Record<string, unknown>;

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
