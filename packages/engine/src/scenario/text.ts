import { Composer, isAlias, isNode, isScalar, LineCounter, Parser, visit, type CST, type Document, type Node } from 'yaml';
import { ScenarioError } from './issues.js';
import { fastJson, literalsIn, UNSURE } from './json-text.js';
import { MAX_NESTING } from './nesting.js';
import { fastYaml } from './plain-yaml.js';
import { PY_YAML } from './py-yaml.js';

/** A scenario text as data, and where in the text each part stands. */
export interface ScenarioText {
  document: unknown;
  /** Line and column, counted from 1, of a key or value; of its nearest ancestor where it is not there. */
  locate(path: readonly (string | number)[]): { line: number; column: number } | null;
}

/**
 * Reads a scenario file's text: YAML 1.1 as existing files use it, or JSON (spec 07 §1.2). Whole numbers become bigints, so that
 * no digit of a seed is lost.
 *
 * @throws ScenarioError for a text that is no YAML or JSON, with line and column
 */
export function readScenarioText(text: string, format: 'yaml' | 'json' = 'yaml'): ScenarioText {
  const document = format === 'json' ? fastJson(text) : fastYaml(text);
  if (document === UNSURE) return readTokens(text, format);
  // Places are asked for where something is wrong.
  let places: ScenarioText | null = null;
  return { document, locate: (path) => (path.length === 0 ? null : (places ??= readTokens(text, format)).locate(path)) };
}

/** Reads a text token by token: slower, and knows where everything stands. */
function readTokens(text: string, format: 'yaml' | 'json'): ScenarioText {
  const lines = new LineCounter();
  const fail: Fail = (message, offset) => {
    const { line, col } = lines.linePos(offset ?? 0);
    const place = offset === undefined ? '' : `line ${line}, column ${col}: `;
    throw new ScenarioError([{ path: [], message: `not valid ${format.toUpperCase()}: ${place}${message}` }]);
  };
  const meaning = format === 'json' ? ({ schema: 'json', intAsBigInt: true } as const) : PY_YAML;
  const composer = new Composer({ ...meaning, uniqueKeys: false, logLevel: 'error' });
  const tokens = new BoundedParser(lines, fail).parse(text);
  // With `true` there is always a document, an empty one for an empty text.
  const [document, another] = composer.compose(tokens, true, text.length) as Iterable<Document.Parsed>;
  const [error] = [...document!.errors, ...document!.warnings];
  if (error) fail(error.message, error.pos[0]);
  if (another) fail('a second document begins here', another.range[0]);
  if (format === 'json') checkJson(text, fail);
  const repeated = repeatedKey(document!);
  if (repeated) fail(`the key '${repeated.key}' stands here a second time in one mapping`, repeated.offset);
  checkAliases(document!, fail);
  return { document: asData(document!, fail), locate: (path) => locate(document!, lines, path) };
}

/** Whether reading a JSON text gives fewer keys than are written in it. */
function losesKeys(text: string): boolean {
  try {
    return keysIn(JSON.parse(text)) < literalsIn(text).keys;
  } catch {
    // No JSON, or nested too deeply: whoever reads it says so.
    return false;
  }
}

function keysIn(value: unknown): number {
  if (typeof value !== 'object' || value === null) return 0;
  const members = Object.values(value);
  return members.reduce<number>((sum, member) => sum + keysIn(member), Array.isArray(value) ? 0 : members.length);
}

/** A key that stands twice in one object of a JSON text, where `JSON.parse` would take the last one; line and column count from 1. */
export function repeatedJsonKey(text: string): { key: string; line: number; column: number } | null {
  if (!losesKeys(text)) return null;
  const lines = new LineCounter();
  const composer = new Composer({ uniqueKeys: false, schema: 'json', logLevel: 'error' });
  const repeated = bounded(() => {
    const tokens = new BoundedParser(lines, tooDeep).parse(text);
    const [document] = composer.compose(tokens, true, text.length) as Iterable<Document.Parsed>;
    return repeatedKey(document!);
  });
  if (!repeated) return null;
  const { line, col } = lines.linePos(repeated.offset ?? 0);
  return { key: repeated.key, line, column: col };
}

class TooDeep extends Error {}
const tooDeep: Fail = (message) => {
  throw new TooDeep(message);
};

/** Null for texts that are nested too deeply: whoever reads them says so. */
function bounded<T>(read: () => T): T | null {
  try {
    return read();
  } catch (error) {
    if (error instanceof TooDeep) return null;
    throw error;
  }
}

/** Refuses the text; the place is an offset in it. */
type Fail = (message: string, offset?: number) => never;

/** Everything that reads on is recursive, so nesting is bounded while it is read. */
class BoundedParser extends Parser {
  constructor(
    lines: LineCounter,
    private readonly fail: Fail,
  ) {
    super(lines.addNewLine);
  }

  override *next(source: string): Generator<CST.Token, void> {
    yield* super.next(source);
    if (this.stack.length > MAX_NESTING) this.fail(`more than ${MAX_NESTING} levels within each other`, this.offset);
  }
}

/** Not all that YAML reads is JSON: trailing commas, comments, block style. */
function checkJson(text: string, fail: Fail): void {
  try {
    // A byte order mark is no JSON, but harmless.
    JSON.parse(text.replace(/^\ufeff/, ' '));
  } catch (error) {
    const [message, position] = (error as Error).message.split(/ (?:in|after) JSON at position (\d+).*/s);
    fail(message!, position === undefined ? placeOf(message!, text) : Number(position));
  }
}

/** Where a text stops being JSON, if the message names no position: at its end, or where the token stands first. */
function placeOf(message: string, text: string): number {
  const token = /^Unexpected token '(.+?)',/s.exec(message)?.[1];
  return token === undefined ? text.length : Math.max(0, text.indexOf(token));
}

/** The first key that stands twice in one mapping, and the offset of the second one, which would silently win. */
function repeatedKey(document: Document): { key: string; offset: number | undefined } | null {
  let found: { key: string; offset: number | undefined } | null = null;
  visit(document, {
    Map: (_, { items }) => {
      const known = new Set<string>();
      for (const { key } of items) {
        if (!isScalar(key) || key.value === '<<') continue;
        const name = String(key.value);
        if (known.has(name)) {
          found = { key: name, offset: key.range?.[0] };
          return visit.BREAK;
        }
        known.add(name);
      }
      return undefined;
    },
  });
  return found;
}

/** An alias must refer to an anchor before it, and not to something that it is part of. */
function checkAliases(document: Document, fail: Fail): void {
  const anchors = new Map<string, Node>();
  visit(document, {
    Node: (_key, node, ancestors) => {
      if (!isAlias(node)) {
        if (node.anchor !== undefined) anchors.set(node.anchor, node);
        return;
      }
      const target = anchors.get(node.source);
      if (!target) fail(`there is no anchor &${node.source} before this alias`, node.range?.[0]);
      else if (ancestors.includes(target)) fail(`*${node.source} is part of what it refers to`, node.range?.[0]);
    },
  });
}

/** Resolves aliases and merge keys; what multiplies without bound by repeated aliases is refused. */
function asData(document: Document, fail: Fail): unknown {
  try {
    return document.toJS({ maxAliasCount: 1000 });
  } catch (error) {
    return fail((error as Error).message, firstAlias(document));
  }
}

function firstAlias(document: Document): number | undefined {
  let offset: number | undefined;
  visit(document, {
    Alias: (_, { range }) => {
      offset = range?.[0];
      return visit.BREAK;
    },
  });
  return offset;
}

function locate(
  document: Document,
  lines: LineCounter,
  path: readonly (string | number)[],
): { line: number; column: number } | null {
  for (let length = path.length; length > 0; length--) {
    const node = document.getIn(path.slice(0, length), true);
    if (!isNode(node) || !node.range) continue;
    const { line, col } = lines.linePos(node.range[0]);
    return { line, column: col };
  }
  return null;
}
