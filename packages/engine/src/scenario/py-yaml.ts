import { Document, isScalar, type ScalarTag, type Tags } from 'yaml';

/**
 * Two scalars that YAML 1.1 libraries read differently from the one whose files we take over: booleans and floats. Dates mean their
 * text, quoted or not (spec 13 §2.1).
 */
function asPyYaml(tags: Tags): Tags {
  const isTag = (tag: Tags[number], name: string): boolean => typeof tag === 'object' && tag.tag === `tag:yaml.org,2002:${name}`;
  const kept = tags.filter(
    (tag) => !isTag(tag, 'bool') && !isTag(tag, 'timestamp') && !(isTag(tag, 'float') && (tag as ScalarTag).format === 'EXP'),
  );
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

/** YAML 1.1 as PyYAML reads it, whole numbers as bigints. */
export const PY_YAML = { intAsBigInt: true, version: '1.1', schema: 'yaml-1.1', merge: true, customTags: asPyYaml } as const;

const TAGS = new Document(null, PY_YAML).schema.tags.filter((tag): tag is ScalarTag => tag.default === true && 'test' in tag);

/** What a scalar without quotes means that is no key; throws for what only looks like a number: `0x_`. */
export function plainScalar(text: string): unknown {
  const tag = TAGS.find(({ test }) => test?.test(text));
  if (!tag) return text;
  const value = tag.resolve(text, refuse, PY_YAML);
  return isScalar(value) ? value.value : value;
}

function refuse(message: string): never {
  throw new SyntaxError(message);
}
