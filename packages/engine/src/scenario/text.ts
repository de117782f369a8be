import { LineCounter, isNode, parseDocument, type Document, type ScalarTag, type Tags } from 'yaml';
import { ScenarioError } from './issues.js';

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
  const lines = new LineCounter();
  const common = { lineCounter: lines, uniqueKeys: false, intAsBigInt: true, prettyErrors: false };
  const document =
    format === 'json'
      ? parseDocument(text, { ...common, schema: 'json' })
      : parseDocument(text, { ...common, version: '1.1', schema: 'yaml-1.1', merge: true, customTags: asPyYaml });
  const [error] = [...document.errors, ...document.warnings];
  if (error) {
    const { line, col } = lines.linePos(error.pos[0]);
    throw new ScenarioError([
      { path: [], message: `not valid ${format.toUpperCase()}: line ${line}, column ${col}: ${error.message}` },
    ]);
  }
  return {
    document: document.toJS({ maxAliasCount: 1000 }) as unknown,
    locate: (path) => locate(document, lines, path),
  };
}

/** Two scalars that YAML 1.1 libraries read differently from the one whose files we take over: booleans and floats. */
function asPyYaml(tags: Tags): Tags {
  const isTag = (tag: Tags[number], name: string): boolean => typeof tag === 'object' && tag.tag === `tag:yaml.org,2002:${name}`;
  const kept = tags.filter((tag) => !isTag(tag, 'bool') && !(isTag(tag, 'float') && (tag as ScalarTag).format === 'EXP'));
  return [
    ...kept,
    booleanTag(true, /^(?:yes|Yes|YES|true|True|TRUE|on|On|ON)$/),
    booleanTag(false, /^(?:no|No|NO|false|False|FALSE|off|Off|OFF)$/),
    exponentTag,
  ];
}

function booleanTag(value: boolean, test: RegExp): ScalarTag {
  return { identify: (x) => x === value, default: true, tag: 'tag:yaml.org,2002:bool', test, resolve: () => value };
}

/** An exponent makes a float only with a dot and a sign: `1.0e+6`, but the text `1e6`. */
const exponentTag: ScalarTag = {
  identify: (x) => typeof x === 'number',
  default: true,
  tag: 'tag:yaml.org,2002:float',
  format: 'EXP',
  test: /^[-+]?(?:[0-9][0-9_]*)\.[0-9_]*[eE][-+][0-9]+$/,
  resolve: (text) => parseFloat(text.replaceAll('_', '')),
};

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
