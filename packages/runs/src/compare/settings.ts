import { canonicalJson } from '@simcash/protocol';
import { policyText, type Scenario } from '@simcash/engine';
import { sha256 } from '../sha256.js';

/** A setting and what it is in each run; undefined where a run does not have it. */
export interface ChangedSetting {
  /** Dotted, banks by id as in `--set`. */
  readonly path: string;
  /** By run. */
  readonly values: Readonly<Record<string, unknown>>;
}

/** Settings whose values differ between runs, in the order of the baseline's document (spec 14 §14.2). */
export function changedSettings(runs: readonly { id: string; scenario: Scenario }[]): ChangedSetting[] {
  const leaves = runs.map(({ id, scenario }) => ({ id, leaves: new Map(leavesOf(withPolicies(scenario))) }));
  const paths = new Set(leaves.flatMap((run) => [...run.leaves.keys()]));
  return [...paths]
    .map((path) => ({ path, values: Object.fromEntries(leaves.map((run) => [run.id, run.leaves.get(path)])) }))
    .filter(
      ({ values }) => new Set(Object.values(values).map((value) => (value === undefined ? '' : canonicalJson(value)))).size > 1,
    );
}

/** The document with each policy as its name and the beginning of its hash. */
function withPolicies({ config, source }: Scenario): unknown {
  const document = source as Record<string, unknown>;
  const key = Object.hasOwn(document, 'agent_configs') ? 'agent_configs' : 'agents';
  const banks = (document[key] as Record<string, unknown>[]).map((bank, i) => {
    const text = policyText(config.agent_configs[i]!.policy);
    const { policy_id } = JSON.parse(text) as { policy_id?: string };
    const hash = sha256(text).slice(0, 12);
    return { ...bank, policy: `${policy_id ?? (bank.policy as { type: string }).type} ${hash}` };
  });
  return { ...document, [key]: banks };
}

/** Values that are no mappings or lists with content, by their dotted path. */
function* leavesOf(value: unknown, path = ''): Generator<[string, unknown]> {
  const children = childrenOf(value);
  if (children === null) {
    yield [path, typeof value === 'bigint' ? plain(value) : value];
    return;
  }
  for (const [key, child] of children) yield* leavesOf(child, path === '' ? key : `${path}.${key}`);
}

/** Whole numbers are read as bigints; seeds may need all their digits. */
const plain = (value: bigint): number | string => (Number.isSafeInteger(Number(value)) ? Number(value) : String(value));

function childrenOf(value: unknown): [string, unknown][] | null {
  if (typeof value !== 'object' || value === null) return null;
  const children = Array.isArray(value)
    ? value.map((element, i): [string, unknown] => [idOf(element) ?? String(i), element as unknown])
    : Object.entries(value);
  return children.length === 0 ? null : children;
}

function idOf(element: unknown): string | null {
  const id = (element as { id?: unknown } | null)?.id;
  return typeof id === 'string' ? id : null;
}
