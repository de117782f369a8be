import type { CostSchema, CostType, PolicySchema, SchemaElement } from '@simcash/engine';
import type { EventDefinition } from '@simcash/protocol';

interface MarkdownOptions {
  examples?: boolean;
  compact?: boolean;
}

const fenced = (value: unknown): string => `\`\`\`json\n${JSON.stringify(value, null, 2)}\n\`\`\``;
const cell = (text: string): string => text.replaceAll('|', '\\|');
/** A table of Markdown. */
export const rows = (head: readonly string[], body: readonly (readonly string[])[]): string =>
  [head, head.map(() => '---'), ...body].map((row) => `| ${row.map(cell).join(' | ')} |`).join('\n');

const SECTION_TITLES: [keyof Omit<PolicySchema, 'version' | 'generated_at'>, string][] = [
  ['tree_types', 'Tree Types'],
  ['node_types', 'Node Types'],
  ['expressions', 'Expressions'],
  ['values', 'Value Types'],
  ['computations', 'Computations'],
  ['actions', 'Actions'],
  ['fields', 'Context Fields'],
];

/** The policy language as a page (spec 06 §11.2). */
export function policyMarkdown(schema: PolicySchema, options: MarkdownOptions): string {
  const blocks = ['# Policy Schema Reference', `> Generated: ${schema.generated_at}\n> Version: ${schema.version}`];
  for (const [key, title] of SECTION_TITLES) {
    if (schema[key].length === 0) continue;
    blocks.push(`## ${title}`);
    const categories = [...new Set(schema[key].map((element) => element.category))].sort();
    for (const category of categories) {
      blocks.push(`### ${category.replace(/(?!^)([A-Z])/g, ' $1')}`);
      for (const element of schema[key].filter((candidate) => candidate.category === category))
        blocks.push(...elementBlocks(element, options));
    }
  }
  return `${blocks.join('\n\n')}\n`;
}

function elementBlocks(element: SchemaElement, { compact, examples = true }: MarkdownOptions): string[] {
  const title = element.json_key === element.name ? `\`${element.name}\`` : `\`${element.json_key}\` (${element.name})`;
  const head = [`#### ${title}`, element.description];
  if (compact) return head;
  return [
    ...head,
    ...(element.semantics === null ? [] : [`**Semantics**: ${element.semantics}`]),
    ...(element.data_type === null ? [] : [`**Type**: ${element.data_type}${element.unit === null ? '' : ` (${element.unit})`}`]),
    `**Valid in**: ${element.valid_in_trees.join(', ')}`,
    ...(element.parameters.length === 0 ? [] : ['**Parameters**:', element.parameters.map(parameterLine).join('\n')]),
    ...(examples && element.example_json !== null ? ['**Example**:', fenced(element.example_json)] : []),
    `*Source: ${element.source_location}*`,
  ];
}

function parameterLine({ description, name, param_type, required, valid_values }: SchemaElement['parameters'][number]): string {
  const values = valid_values === null ? '' : ` One of: ${valid_values.join(', ')}.`;
  return `- \`${name}\`: ${param_type} (${required ? 'required' : 'optional'}) - ${description}${values}`;
}

const COST_SECTIONS: [CostType['category'], string][] = [
  ['PerTick', 'Per-Tick Costs'],
  ['OneTime', 'One-Time Penalties'],
  ['Daily', 'Daily Penalties'],
  ['Modifier', 'Cost Modifiers'],
];

/** The cost rates as a page (spec 05 §9). */
export function costMarkdown(schema: CostSchema, { compact, examples = true }: MarkdownOptions): string {
  const blocks = ['# Cost Types Reference', `> Generated: ${schema.generated_at}\n> Version: ${schema.version}`];
  if (compact) {
    const body = schema.cost_types.map((cost) => [
      `\`${cost.name}\``,
      cost.category,
      cost.default_value,
      cost.unit,
      cost.display_name,
    ]);
    blocks.push(rows(['Cost Type', 'Category', 'Default', 'Unit', 'Description'], body));
    return `${blocks.join('\n\n')}\n`;
  }
  for (const [category, title] of COST_SECTIONS) {
    const costs = schema.cost_types.filter((cost) => cost.category === category);
    if (costs.length > 0) blocks.push(`## ${title}`, ...costs.flatMap((cost) => costBlocks(cost, examples)));
  }
  return `${blocks.join('\n\n')}\n`;
}

function costBlocks(cost: CostType, examples: boolean): string[] {
  const { calculation, inputs, result, scenario } = cost.example;
  const example = [
    `- Scenario: ${scenario}`,
    '- Inputs:',
    ...inputs.map(([name, value]) => `  - ${name}: ${value}`),
    `- Calculation: ${calculation}`,
    `- Result: ${result}`,
  ];
  return [
    `### ${cost.display_name} (\`${cost.name}\`)`,
    cost.description,
    `**When Incurred:** ${cost.incurred_at}`,
    '**Formula:**',
    `\`\`\`\n${cost.formula}\n\`\`\``,
    `**Default:** \`${cost.default_value}\` (${cost.unit})`,
    `**Type:** \`${cost.data_type}\``,
    ...(examples ? ['**Example:**', example.join('\n')] : []),
    `*Source: ${cost.source_location}*`,
    ...(cost.see_also.length === 0 ? [] : [`**See also:** ${cost.see_also.map((name) => `\`${name}\``).join(', ')}`]),
    '---',
  ];
}

/** The event catalogue as a page (spec 08 §3). */
export function eventMarkdown(catalogue: Readonly<Record<string, EventDefinition>>): string {
  const blocks = [
    '# Event Reference',
    'Every event has `event_type` and `tick`, then the fields below in this order. Money is whole cents. Absent values are `null`.',
  ];
  for (const [name, { about, fields }] of Object.entries(catalogue)) {
    blocks.push(
      `## ${name}`,
      about,
      rows(
        ['Field', 'Kind'],
        Object.entries(fields).map(([field, kind]) => [`\`${field}\``, kind]),
      ),
    );
  }
  return `${blocks.join('\n\n')}\n`;
}
