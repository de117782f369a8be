import { existsSync } from 'node:fs';
import path from 'node:path';
import { visible, visibleDeep } from '@simcash/protocol';
import { Command } from 'commander';
import {
  forbiddenCategories,
  parsePolicy,
  policyJsonSchema,
  PolicyDocumentError,
  Simulation,
  validatePolicy,
  type AgentDocument,
  type PolicyDocument,
  type PolicyIssue,
} from '@simcash/engine';
import { CommandError, EXIT, usageError } from '../exit-codes.js';
import { withGlobalOptions, type GlobalOptions } from '../global-options.js';
import { seedOption } from '../numbers.js';
import { json, note, print, say } from '../output/streams.js';
import type { ReexecuteOptions } from '../explain/reexecute.js';
import { traceText } from '../explain/trace-text.js';
import { repeatable } from '../filter-options.js';
import { momentOption, type Moment } from '../moment-option.js';
import { tickOf } from '../moments.js';
import { loadScenario } from '../scenario-file.js';
import { readPolicyText } from '../files/policy-text.js';
import { policySchemaOutput, withSchemaOptions, type PolicySchemaOptions } from './schema.js';

export function policyCommand(): Command {
  const command = new Command('policy');
  withGlobalOptions(command.command('explain'))
    .description('why a bank’s policy decided as it did: the path through its trees with the values read')
    .argument('<scenario>', 'scenario file, or id of a stored run')
    .requiredOption('--tick <n>', 'tick of the decision', momentOption('--tick'))
    .option('--tx <id>', 'payment that was decided about, or its reference')
    .option('--agent <id>', 'bank that decided')
    .option('--seed <n>', 'random seed of a scenario file', seedOption)
    .option('--plugin <file>', 'a settlement algorithm of yours that the stored run had (repeatable)', repeatable)
    .addHelpText(
      'after',
      '\nExamples:\n  simcash policy explain scenario.yaml --tick 12 --tx T00000042\n  simcash policy explain demo --tick 12 --agent NORTH',
    )
    .action(explain);
  withSchemaOptions(withGlobalOptions(command.command('schema')))
    .description('the policy language: trees, operators, fields, actions')
    .option('--json-schema', 'print the JSON Schema for editors instead')
    .action((options: PolicySchemaOptions & { jsonSchema?: boolean }) =>
      options.jsonSchema ? print(json(policyJsonSchema())) : policySchemaOutput(options),
    );
  withGlobalOptions(command.command('validate'))
    .description('check a policy document completely')
    .argument('<file>', 'policy file (- for stdin)')
    .option('--scenario <file>', 'also check against the feature toggles of this scenario')
    .option('--smoke', 'also run it: two banks, five ticks, one payment')
    .action(validate);
  return command;
}

interface ValidateOptions extends GlobalOptions {
  scenario?: string;
  smoke?: boolean;
}

interface Finding {
  type: string;
  message: string;
  path?: string;
  suggestion?: string;
}

async function validate(file: string, options: ValidateOptions): Promise<void> {
  const text = readPolicyText(file);
  const { document, errors, forbidden, warnings } = await check(text, options);
  const smoke = options.smoke && errors.length === 0 ? smokeTest(text) : null;
  const valid = errors.length === 0;
  if (options.json) print(json(report(document, errors, forbidden, smoke, warnings, options)));
  else if (valid)
    say(
      `${visible(file)}: valid policy ${visible(document!.policy_id)}${options.verbose ? `\n${details(visibleDeep(document!))}` : ''}\n`,
    );
  if (!options.json && !options.quiet) for (const warning of warnings) note(`warning: ${file}: ${line(warning)}`);
  if (!valid) throw new CommandError(EXIT.input, `${file}: ${line(errors[0]!)}`, errors.slice(1).map(line));
  if (smoke !== null && !smoke.passed) {
    const failed = smoke.results.find((result) => !result.passed)!;
    throw new CommandError(EXIT.failure, `${file}: smoke test ${failed.name} failed: ${failed.message}`);
  }
}

const line = ({ message, suggestion, path }: Finding): string =>
  `${message}${path && !message.includes(path) ? ` at ${path}` : ''}${suggestion === undefined ? '' : ` (did you mean '${suggestion}'?)`}`;

const finding = ({ code, ...rest }: PolicyIssue): Finding => ({ type: code, ...rest });

async function check(
  text: string,
  { scenario }: ValidateOptions,
): Promise<{ document: PolicyDocument | null; errors: Finding[]; forbidden: string[]; warnings: Finding[] }> {
  if (text.trim() === '')
    return { document: null, errors: [{ type: 'EmptyFile', message: 'Policy file is empty' }], forbidden: [], warnings: [] };
  try {
    const document = parsePolicy(text);
    const { errors, warnings } = validatePolicy(document);
    const toggles = scenario === undefined ? null : (await loadScenario(scenario)).scenario.document?.policy_feature_toggles;
    const problem = toggles && errors.length === 0 ? forbiddenCategories(document, toggles) : null;
    const all = [...errors.map(finding), ...(problem ? [{ type: 'ForbiddenCategory', message: problem.message }] : [])];
    return { document, errors: all, forbidden: problem?.categories ?? [], warnings: warnings.map(finding) };
  } catch (error) {
    if (!(error instanceof PolicyDocumentError)) throw error;
    const errors = error.issues.map((issue) => ({ ...finding(issue), message: `JSON parsing failed: ${issue.message}` }));
    return { document: null, errors, forbidden: [], warnings: [] };
  }
}

function trees(document: PolicyDocument): object {
  const parameters = Object.keys(document.parameters ?? {}).sort();
  return {
    has_bank_tree: Boolean(document.bank_tree),
    has_end_of_tick_collateral_tree: Boolean(document.end_of_tick_collateral_tree),
    has_payment_tree: Boolean(document.payment_tree),
    has_strategic_collateral_tree: Boolean(document.strategic_collateral_tree),
    parameter_count: parameters.length,
    parameters,
  };
}

function details(document: PolicyDocument): string {
  const lines = Object.entries(trees(document)).map(
    ([name, value]) => `  ${name}: ${Array.isArray(value) ? value.join(', ') : String(value)}`,
  );
  return [`  version: ${document.version}`, ...(document.description ? [`  ${document.description}`] : []), ...lines].join('\n');
}

function report(
  document: PolicyDocument | null,
  errors: readonly Finding[],
  forbidden: readonly string[],
  smoke: SmokeResult | null,
  warnings: readonly Finding[],
  { scenario }: ValidateOptions,
): object {
  const head = document && { description: document.description ?? null, policy_id: document.policy_id };
  const body =
    errors.length > 0
      ? { errors, valid: false, ...(scenario === undefined ? {} : { forbidden_categories: forbidden }) }
      : { ...head, trees: trees(document!), valid: true, version: document!.version };
  return { ...body, warnings, ...(smoke === null ? {} : { functional_tests: smoke }) };
}

interface SmokeResult {
  passed: boolean;
  tests_run: number;
  tests_passed: number;
  results: { name: string; passed: boolean; message: string }[];
}

/** Loads the policy into two banks, lets them run and asks about their state (spec 06 §11.4). */
function smokeTest(policy: string): SmokeResult {
  const results: SmokeResult['results'] = [];
  const attempt = (name: string, work: () => void): boolean => {
    try {
      work();
      results.push({ name, passed: true, message: 'ok' });
      return true;
    } catch (error) {
      results.push({ name, passed: false, message: (error as Error).message });
      return false;
    }
  };
  let simulation: Simulation | null = null;
  const agent = (id: string): AgentDocument => ({
    id,
    opening_balance: 1_000_000,
    unsecured_cap: 500_000,
    policy: { type: 'InlineJson', json_string: policy },
  });
  const scenario = {
    simulation: { ticks_per_day: 10, num_days: 1, rng_seed: 12345 },
    agents: [agent('BANK_A'), agent('BANK_B')],
  };
  if (attempt('load_policy', () => (simulation = Simulation.create(scenario)))) {
    const running = simulation as unknown as Simulation;
    attempt('execute_policy', () => {
      running.submitTransaction({
        sender: 'BANK_A',
        receiver: 'BANK_B',
        amount: 100_000,
        deadline_tick: 50,
        priority: 5,
        divisible: false,
      });
      running.run({ untilTick: 5 });
    });
    attempt('valid_state', () => void [running.agents(), running.systemMetrics(), running.queue2()]);
  }
  const passed = results.filter((result) => result.passed).length;
  return { passed: passed === results.length, tests_run: results.length, tests_passed: passed, results };
}

interface ExplainOptions extends ReexecuteOptions {
  tick: Moment;
  tx?: string;
  agent?: string;
  seed?: bigint;
}

async function explain(what: string, options: ExplainOptions): Promise<void> {
  const { tick } = options;
  const isFile = what === '-' || existsSync(what) || ['.yaml', '.yml', '.json'].includes(path.extname(what));
  const { simulation, tx } = isFile ? await runTo(what, options) : await storedRunTo(what, options);
  if (options.agent !== undefined && !simulation.agentIds.includes(options.agent)) {
    throw usageError(`unknown agent '${options.agent}'`, `known are: ${simulation.agentIds.join(', ')}`);
  }
  const all = simulation.explainTick(options.agent === undefined ? {} : { agent_id: options.agent }).traces;
  // A payment that arrives in this tick has a reference since then only.
  const traces =
    options.tx === undefined ? all : all.filter(({ tx_id }) => tx_id === (tx ?? simulation.idOf(options.tx!) ?? options.tx));
  if (options.json) return print(json(traces));
  if (traces.length === 0) {
    const about = options.tx ?? options.agent ?? 'anything';
    throw new CommandError(EXIT.notFound, `no policy decided about ${about} in tick ${tick}`);
  }
  say(visibleDeep(traces).map(traceText).join('\n'));
}

/** A simulation before the tick, and the id of the payment if that is known already. */
interface Explained {
  simulation: Simulation;
  tx: string | undefined;
}

async function runTo(file: string, { seed, tick: moment }: ExplainOptions): Promise<Explained> {
  const { scenario } = await loadScenario(file, seed === undefined ? {} : { seed });
  const simulation = Simulation.create(scenario, { sink: { write: () => undefined } });
  const tick = tickOf({ scenario }, moment, '--tick');
  if (tick >= simulation.totalTicks)
    throw usageError(`--tick ${tick} is outside the simulation: ticks are 0 to ${simulation.totalTicks - 1}`);
  simulation.run({ untilTick: tick });
  return { simulation, tx: undefined };
}

async function storedRunTo(id: string, options: ExplainOptions): Promise<Explained> {
  if (options.seed !== undefined) throw usageError('--seed is for scenario files: a stored run has its seed');
  const [{ withDatabase }, { idsByName, openRun }] = [await import('../database.js'), await import('@simcash/runs')];
  const { checkStoredTick, simulationBefore } = await import('../explain/reexecute.js');
  const { run, tx } = await withDatabase(options, true, async (database) => {
    const opened = await openRun(database, id);
    const ids = options.tx === undefined ? [] : (await idsByName(database, opened, [options.tx])).get(options.tx)!;
    return { run: opened, tx: ids[0] };
  });
  const tick = tickOf(run, options.tick, '--tick');
  checkStoredTick(run, tick);
  return { simulation: await simulationBefore(run, tick, options), tx };
}
