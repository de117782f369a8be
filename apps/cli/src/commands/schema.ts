import { Command } from 'commander';
import {
  COST_CATEGORIES,
  costSchema,
  POLICY_CATEGORIES,
  policySchema,
  scenarioJsonSchema,
  type CostSchema,
  type PolicySchema,
  type SchemaElement,
} from '@simcash/engine';
import { EVENT_CATALOGUE, type EventDefinition } from '@simcash/protocol';
import { usageError } from '../exit-codes.js';
import { withForceOption, writeText, type ForceOptions } from '../files/writing.js';
import { withGlobalOptions, type GlobalOptions } from '../global-options.js';
import { documentMarkdown } from '../output/document-markdown.js';
import { costMarkdown, eventMarkdown, policyMarkdown } from '../output/schema-markdown.js';
import { json, note, print, say } from '../output/streams.js';
import { loadScenario } from '../scenario-file.js';

const collect = (value: string, previous: string[] = []): string[] => [...previous, ...value.split(',')];

export function schemaCommand(): Command {
  const command = new Command('schema');
  withForceOption(withGlobalOptions(command.command('costs')))
    .description('cost rates: formulas, defaults, examples')
    .option('--markdown', 'print Markdown')
    .option('--category <names>', 'only these: PerTick, OneTime, Daily, Modifier', collect)
    .option('--exclude-category <names>', 'not these', collect)
    .option('--include <names>', 'only these cost rates', collect)
    .option('--exclude <names>', 'not these', collect)
    .option('--scenario <file>', 'apply the cost_feature_toggles of a scenario')
    .option('--output <file>', 'write to a file')
    .option('--no-examples', 'Markdown without examples')
    .option('--compact', 'Markdown as one table')
    .action(costs);
  withGlobalOptions(command.command('events'))
    .description('every event with its fields in log order')
    .option('--markdown', 'print Markdown')
    .action((options: GlobalOptions & { markdown?: boolean }) =>
      say(options.markdown ? eventMarkdown(EVENT_CATALOGUE as Record<string, EventDefinition>) : json(EVENT_CATALOGUE)),
    );
  withSchemaOptions(withGlobalOptions(command.command('policy')))
    .description('the policy language')
    .action(policySchemaOutput);
  withGlobalOptions(command.command('scenario'))
    .description('every key of scenario files; JSON Schema, for editors')
    .option('--markdown', 'print Markdown')
    .action((options: DocumentOptions) => documentSchema(scenarioJsonSchema(), options));
  withGlobalOptions(command.command('experiment'))
    .description('every key of experiment files; JSON Schema, for editors')
    .option('--markdown', 'print Markdown')
    .action(async (options: DocumentOptions) => {
      const { experimentJsonSchema } = await import('@simcash/experiments');
      documentSchema(experimentJsonSchema(), options);
    });
  return command;
}

interface DocumentOptions extends GlobalOptions {
  markdown?: boolean;
}

const documentSchema = (schema: Record<string, unknown>, { markdown }: DocumentOptions): void =>
  print(markdown ? documentMarkdown(schema) : json(schema));

export interface PolicySchemaOptions extends GlobalOptions, ForceOptions {
  markdown?: boolean;
  category?: string[];
  excludeCategory?: string[];
  tree?: string[];
  section?: string[];
  scenario?: string;
  output?: string;
  examples?: boolean;
  compact?: boolean;
}

/** Options that select elements of the policy language. */
export function withSchemaOptions(command: Command): Command {
  return withForceOption(command)
    .option('--markdown', 'print Markdown')
    .option('--category <names>', 'only elements of these categories', collect)
    .option('--exclude-category <names>', 'no elements of these categories', collect)
    .option('--tree <names>', 'only elements that are valid in one of these trees', collect)
    .option('--section <names>', 'only these: trees, nodes, expressions, values, computations, actions, fields', collect)
    .option('--scenario <file>', 'apply the policy_feature_toggles of a scenario')
    .option('--output <file>', 'write to a file')
    .option('--no-examples', 'Markdown without examples')
    .option('--compact', 'Markdown without details');
}

const SECTIONS = {
  trees: 'tree_types',
  nodes: 'node_types',
  expressions: 'expressions',
  values: 'values',
  computations: 'computations',
  actions: 'actions',
  fields: 'fields',
} as const;

export async function policySchemaOutput(options: PolicySchemaOptions): Promise<void> {
  checkNames(options.category, POLICY_CATEGORIES, 'category');
  checkNames(options.excludeCategory, POLICY_CATEGORIES, 'category');
  checkNames(options.section, Object.keys(SECTIONS), 'section');
  const toggles =
    options.scenario === undefined ? null : (await loadScenario(options.scenario)).scenario.document?.policy_feature_toggles;
  const { excluded, included } = categories(options, toggles ?? null);
  const keep = (element: SchemaElement): boolean =>
    (included === null || included.has(element.category)) &&
    !excluded.has(element.category) &&
    (options.tree === undefined || options.tree.some((tree) => (element.valid_in_trees as string[]).includes(tree)));
  const whole = policySchema();
  const filtered = { ...whole } as PolicySchema;
  for (const [name, key] of Object.entries(SECTIONS)) {
    const wanted = options.section === undefined || options.section.includes(name);
    filtered[key] = wanted ? whole[key].filter(keep) : [];
  }
  emit(options, options.markdown ? policyMarkdown(filtered, options) : json(filtered), 'Schema');
}

interface CostOptions extends Omit<PolicySchemaOptions, 'tree' | 'section'> {
  include?: string[];
  exclude?: string[];
}

async function costs(options: CostOptions): Promise<void> {
  checkNames(options.category, COST_CATEGORIES, 'category');
  checkNames(options.excludeCategory, COST_CATEGORIES, 'category');
  const toggles =
    options.scenario === undefined ? null : (await loadScenario(options.scenario)).scenario.document?.cost_feature_toggles;
  const { excluded, included } = categories(options, toggles ?? null);
  const whole = costSchema();
  const filtered: CostSchema = {
    ...whole,
    cost_types: whole.cost_types.filter(
      ({ category, name }) =>
        (included === null || included.has(category)) &&
        !excluded.has(category) &&
        (options.include === undefined || options.include.includes(name)) &&
        !(options.exclude ?? []).includes(name),
    ),
  };
  emit(options, options.markdown ? costMarkdown(filtered, options) : json(filtered), 'Cost schema');
}

/** Lists of the command line and of a scenario together: what both include, and what either excludes. */
function categories(
  options: { category?: string[]; excludeCategory?: string[] },
  toggles: { include?: readonly string[] | null | undefined; exclude?: readonly string[] | null | undefined } | null,
): { included: ReadonlySet<string> | null; excluded: ReadonlySet<string> } {
  const own = options.category;
  const theirs = toggles?.include?.length ? toggles.include : null;
  const included = own && theirs ? own.filter((category) => theirs.includes(category)) : (own ?? theirs);
  return {
    included: included && new Set(included),
    excluded: new Set([...(options.excludeCategory ?? []), ...(toggles?.exclude ?? [])]),
  };
}

function checkNames(given: readonly string[] | undefined, known: readonly string[], what: string): void {
  const unknown = given?.find((name) => !known.includes(name));
  if (unknown !== undefined) throw usageError(`unknown ${what} '${unknown}'`, `known are: ${[...known].sort().join(', ')}`);
}

function emit(options: ForceOptions & { output?: string }, text: string, what: string): void {
  if (options.output === undefined) return print(text);
  writeText(`--output ${options.output}`, options.output, text, options);
  note(`${what} written to ${options.output}`);
}
