import { rows } from './schema-markdown.js';

/** As much of JSON Schema as the schemas of documents use. */
interface Json {
  $ref?: string;
  $defs?: Record<string, Json>;
  anyOf?: Json[];
  oneOf?: Json[];
  type?: string | string[];
  const?: unknown;
  enum?: unknown[];
  items?: Json | false;
  prefixItems?: Json[];
  properties?: Record<string, Json>;
  required?: string[];
  additionalProperties?: Json | boolean;
  minimum?: number;
  maximum?: number;
  exclusiveMinimum?: number;
  default?: unknown;
  description?: string;
  title?: string;
}

/** The keys of a document as a page: a table for every mapping. */
export function documentMarkdown(schema: Record<string, unknown>): string {
  return new Page(schema as Json).text();
}

class Page {
  /** Mappings that have no section yet, in the order in which they are mentioned, by the titles of their sections. */
  readonly #waiting = new Map<string, Json>();
  readonly #written = new Set<string>();
  readonly #blocks: string[];

  constructor(private readonly schema: Json) {
    this.#blocks = [`# ${schema.title} reference`, this.#table(schema, 'Top level')];
  }

  text(): string {
    for (const [title, json] of this.#waiting) {
      if (this.#written.has(title)) continue;
      this.#written.add(title);
      this.#blocks.push(
        `## ${title}`,
        ...(json.description === undefined ? [] : [json.description]),
        ...this.#forms(json, title),
      );
    }
    return `${this.#blocks.join('\n\n')}\n`;
  }

  /** Of one mapping its table; of several that are possible each under the word that tells it apart. */
  #forms(json: Json, title: string): string[] {
    const forms = mappingsIn(json);
    if (forms.length === 1) return [this.#table(forms[0]!, title)];
    return forms.flatMap((form) => {
      const [key, { const: word }] = Object.entries(form.properties!)[0]!;
      const about = form.description === undefined ? [] : [form.description];
      if (word === undefined) return [`### \`${key}\``, ...about, this.#table(form, title)];
      const { [key]: _, ...others } = form.properties!;
      const table = Object.keys(others).length === 0 ? [] : [this.#table({ ...form, properties: others }, title)];
      return [`### \`${key}: ${String(word)}\``, ...about, ...table];
    });
  }

  #table({ properties = {}, required = [] }: Json, title: string): string {
    const body = Object.entries(properties).map(([key, json]) => {
      // Defaults of the keys of a section stand in its table.
      const value = json.default === undefined || json.properties ? '–' : code(json.default);
      const place = title === 'Top level' ? titled(key) : `${title}: ${key}`;
      return [`\`${key}\``, this.#type(json, place), required.includes(key) ? 'required' : value, this.#about(json)];
    });
    return rows(['Key', 'Type', 'Default', 'Meaning'], body);
  }

  #about(json: Json): string {
    return json.description ?? this.#definition(json.$ref)?.description ?? '';
  }

  #definition(ref: string | undefined): Json | undefined {
    return ref === undefined ? undefined : this.schema.$defs?.[ref.replace('#/$defs/', '')];
  }

  /** A type in words; mappings are links to their sections. */
  #type(json: Json, place: string): string {
    const definition = this.#definition(json.$ref);
    if (definition !== undefined) {
      const title = titled(json.$ref!.replace('#/$defs/', '').replace(/Document$/, ''));
      if (mappingsIn(definition).length === 0) return this.#type(definition, place);
      const others = (definition.anyOf ?? []).filter((option) => mappingsIn(option).length === 0);
      return [...others.map((option) => this.#type(option, place)), this.#link(title, definition)].join(', ');
    }
    if (json.const !== undefined) return code(json.const);
    if (json.enum) return json.enum.map(code).join(', ');
    if (json.properties) return this.#link(place, json);
    const options = json.anyOf ?? json.oneOf;
    if (options) return this.#oneOf(options, place);
    if (Array.isArray(json.type)) return json.type.map((type) => this.#type({ type }, place)).join(', ');
    if (json.prefixItems)
      return `list of ${json.prefixItems.length}: ${json.prefixItems.map((one) => this.#type(one, place)).join(', ')}`;
    if (json.type === 'array') return `list: ${this.#type(json.items || {}, place)}`;
    if (json.type === 'object') return this.#byName(json, place);
    return scalar(json);
  }

  #oneOf(options: readonly Json[], place: string): string {
    const inline = options.filter((option) => option.properties);
    if (inline.length < 2) return [...new Set(options.map((option) => this.#type(option, place)))].join(', ');
    const others = options.filter((option) => !option.properties).map((option) => this.#type(option, place));
    return [...others, this.#link(place, { oneOf: inline })].join(', ');
  }

  #byName({ additionalProperties: value }: Json, place: string): string {
    if (typeof value !== 'object' || Object.keys(value).length === 0) return 'mapping';
    return `mapping by name: ${this.#type(value, place)}`;
  }

  #link(title: string, json: Json): string {
    if (!this.#written.has(title) && !this.#waiting.has(title)) this.#waiting.set(title, json);
    return `[mapping](#${title
      .toLowerCase()
      .replaceAll(/[^\w -]/g, '')
      .replaceAll(' ', '-')})`;
  }
}

/** Mappings that a value can be, lists and names apart. */
function mappingsIn(json: Json): Json[] {
  if (json.properties) return [json];
  return (json.anyOf ?? json.oneOf ?? []).flatMap(mappingsIn);
}

const code = (value: unknown): string => `\`${typeof value === 'string' && value !== '' ? value : JSON.stringify(value)}\``;

/** `priority_escalation` and `PriorityEscalation` as the title of a section. */
function titled(name: string): string {
  const words = name
    .replaceAll('_', ' ')
    .replaceAll(/(?<=[a-z])([A-Z])/g, ' $1')
    .toLowerCase();
  return `${words[0]!.toUpperCase()}${words.slice(1)}`;
}

const NAMES: Readonly<Record<string, string>> = {
  integer: 'whole number',
  number: 'number',
  string: 'text',
  boolean: 'true, false',
  null: '`null`',
};

function scalar({ exclusiveMinimum: above, maximum, minimum, type }: Json): string {
  const name = NAMES[String(type)] ?? 'anything';
  if (minimum !== undefined && maximum !== undefined) return `${name}, ${minimum} … ${maximum}`;
  const bounds = [
    ...(minimum === undefined ? [] : [`≥ ${minimum}`]),
    ...(above === undefined ? [] : [`> ${above}`]),
    ...(maximum === undefined ? [] : [`≤ ${maximum}`]),
  ];
  return [name, ...bounds].join(' ');
}
