import { z } from 'zod';
import type { PolicyConstraints } from '../../policies/constraints.js';

/** What this file reads of the policy schema document (spec 06 §11.1). */
const element = z.object({
  json_key: z.string(),
  description: z.string(),
  semantics: z.string().nullish(),
  unit: z.string().nullish(),
  valid_in_trees: z.array(z.string()),
  example_json: z.unknown(),
  parameters: z
    .array(
      z.object({
        name: z.string(),
        param_type: z.string(),
        required: z.boolean(),
        description: z.string(),
        valid_values: z.array(z.string()).nullish(),
      }),
    )
    .default([]),
});

const schemaDocument = z.object({
  expressions: z.array(element),
  computations: z.array(element),
  actions: z.array(element),
  fields: z.array(element),
});

type Element = z.infer<typeof element>;

/**
 * The part of the policy language that a proposal may use.
 *
 * @param language the JSON text of the policy schema, or prose, which is shown as it is
 * @param trees the trees that may be changed
 */
export function languageText(
  language: string,
  constraints: PolicyConstraints,
  trees: ReadonlyMap<string, readonly string[]>,
): string {
  const schema = structured(language);
  if (schema === null) return language.trim();
  const { allowed_fields } = constraints;
  const readable = ({ json_key, valid_in_trees }: Element): boolean =>
    (allowed_fields.length === 0 || allowed_fields.includes(json_key)) && valid_in_trees.some((tree) => trees.has(tree));
  const actions = new Set([...trees.values()].flat());
  return [
    list(
      'Comparisons and logic',
      schema.expressions.map((it) => `\`${it.json_key}\`: ${it.semantics ?? it.description}`),
    ),
    list(
      'Computations',
      schema.computations.map((it) => `\`${it.json_key}\`: ${it.semantics ?? it.description} Example: ${example(it)}`),
    ),
    list(
      'Fields',
      schema.fields
        .filter(readable)
        .sort((a, b) => (a.json_key < b.json_key ? -1 : 1))
        .map((it) => `\`${it.json_key}\`${it.unit ? ` (${it.unit})` : ''}: ${it.description}${where(it, trees)}`),
    ),
    list('Actions', schema.actions.filter(({ json_key }) => actions.has(json_key)).map(actionText)),
  ].join('\n\n');
}

function structured(language: string): z.infer<typeof schemaDocument> | null {
  try {
    return schemaDocument.safeParse(JSON.parse(language)).data ?? null;
  } catch {
    return null;
  }
}

const list = (title: string, lines: readonly string[]): string => `### ${title}\n${lines.map((line) => `- ${line}`).join('\n')}`;

const example = ({ example_json }: Element): string => `\`${JSON.stringify(example_json)}\``;

/** Names the trees that know a field, if others of those in question do not. */
function where({ valid_in_trees }: Element, trees: ReadonlyMap<string, unknown>): string {
  const known = [...trees.keys()].filter((tree) => valid_in_trees.includes(tree));
  return known.length === trees.size ? '' : ` Only in ${known.join(', ')}.`;
}

function actionText(action: Element): string {
  const parameters = action.parameters.map(({ description, name, param_type, required, valid_values }) => {
    const values = valid_values ? `, one of ${valid_values.join(', ')}` : '';
    return `  - parameter \`${name}\` (${param_type}${values}; ${required ? 'required' : 'optional'}): ${description}`;
  });
  return [`\`${action.json_key}\`: ${action.description} Example: ${example(action)}`, ...parameters].join('\n');
}
