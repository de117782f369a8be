import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { format, resolveConfig } from 'prettier';
import { experimentJsonSchema } from '../../packages/experiments/dist/index.js';
import { scenarioJsonSchema } from '../../packages/engine/dist/index.js';

/**
 * The types of documents as people write them, made from the JSON Schemas of the schemas that validate them. `npm run docs:pages` writes
 * them. (json-schema-to-typescript knows no tuples of draft 2020-12, repeats shared definitions, and leaves out defaults.)
 */
export const DOCUMENTS = [
  { name: 'ScenarioDocument', file: 'packages/engine/src/scenario/document.ts', schema: scenarioJsonSchema },
  { name: 'ExperimentDocument', file: 'packages/experiments/src/definition/document.ts', schema: experimentJsonSchema },
];
const root = new URL('../../', import.meta.url);

/** The text of a document's file as it ought to be now. */
export async function documentTypes({ file, name, schema }) {
  const { $defs = {}, title, ...document } = schema();
  const code = [
    '// Made by npm run docs:pages, from the schema that validates: change the descriptions there.',
    ...Object.entries($defs).map(([id, json]) => declaration(id, json, json.properties !== undefined)),
    // An alias, unlike an interface, is also plain data: it can be handed over as Record<string, unknown>.
    declaration(name, { description: `A ${title} as a person writes it: what has a default may be left out.`, ...document }),
  ].join('\n\n');
  return format(code, { ...(await resolveConfig(fileURLToPath(new URL(file, root)))), parser: 'typescript' });
}

const declaration = (name, json, isInterface = false) =>
  `${comment(json)}export ${isInterface ? `interface ${name} ` : `type ${name} = `}${typeOf(json)}`;

function typeOf(json) {
  if (json.$ref !== undefined) return json.$ref.replace('#/$defs/', '');
  if (json.const !== undefined) return JSON.stringify(json.const);
  if (json.enum !== undefined) return union(json.enum.map((word) => JSON.stringify(word)));
  if (json.properties !== undefined) return mapping(json);
  const options = json.anyOf ?? json.oneOf;
  if (options !== undefined) return union(options.map(typeOf));
  if (Array.isArray(json.type)) return union(json.type.map((type) => typeOf({ type })));
  if (json.type === 'array') return list(json);
  if (json.type === 'object') return byName(json);
  // Whole numbers of 64 bits do not all fit into a double.
  if (json.format === 'uint64' || json.format === 'int64') return 'number | bigint';
  return { integer: 'number', number: 'number', string: 'string', boolean: 'boolean', null: 'null' }[json.type] ?? 'unknown';
}

const union = (types) => [...new Set(types)].join(' | ');

const list = ({ items, prefixItems }) =>
  prefixItems === undefined ? `readonly (${typeOf(items)})[]` : `readonly [${prefixItems.map(typeOf).join(', ')}]`;

/** A mapping whose keys are names that people choose, or some of listed words. */
function byName({ additionalProperties: value = {}, propertyNames }) {
  if (Object.keys(value).length === 0) return 'object';
  const keys = propertyNames?.enum;
  return keys === undefined ? `{ [name: string]: ${typeOf(value)} }` : `{ [K in ${typeOf(propertyNames)}]?: ${typeOf(value)} }`;
}

function mapping({ additionalProperties, patternProperties, properties, required = [] }) {
  const members = Object.entries(properties).map(
    ([key, json]) => `${comment(json)}${key}${required.includes(key) ? '' : '?'}: ${typeOf(json)};`,
  );
  for (const pattern of Object.keys(patternProperties ?? {}))
    members.push(`/** For anchors and notes. */\n[key: \`${pattern.replace('^', '')}\${string}\`]: unknown;`);
  if (typeof additionalProperties === 'object') members.push('[key: string]: unknown;');
  return `{\n${members.join('\n')}\n}`;
}

/** What an editor shows: meaning, bounds, default. */
function comment(json) {
  const lines = [
    ...(json.description === undefined ? [] : [json.description]),
    ...boundsOf(json),
    ...(json.default === undefined || json.properties !== undefined ? [] : [`@defaultValue ${JSON.stringify(json.default)}`]),
  ];
  if (lines.length === 1) return `/** ${lines[0]} */\n`;
  return lines.length === 0 ? '' : `/**\n${lines.map((line) => ` * ${line}`).join('\n')}\n */\n`;
}

function boundsOf({ anyOf = [], exclusiveMinimum: above, maximum: most, minimum: least }) {
  const words = [
    ...(least === undefined ? [] : [`at least ${least}`]),
    ...(above === undefined ? [] : [`above ${above}`]),
    ...(most === undefined ? [] : [`at most ${most}`]),
  ];
  if (words.length === 0) return anyOf.flatMap(boundsOf).slice(0, 1);
  const text = words.join(', ');
  return [`${text[0].toUpperCase()}${text.slice(1)}.`];
}

if (import.meta.url === pathToFileURL(process.argv[1]).href)
  for (const document of DOCUMENTS) {
    const place = new URL(document.file, root);
    const text = await documentTypes(document);
    // A file that stays the same need not be built again.
    if (text !== read(place)) writeFileSync(place, text);
  }

function read(place) {
  try {
    return readFileSync(place, 'utf8');
  } catch {
    return null;
  }
}
