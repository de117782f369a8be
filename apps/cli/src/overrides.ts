import path from 'node:path';
import { readScenarioText, ScenarioError } from '@simcash/engine';
import { usageError } from './exit-codes.js';
import { readPolicyText } from './files/reading.js';

/** Options that change a scenario before it is checked (spec 07 §1.3). */
export interface OverrideOptions {
  seed?: bigint;
  days?: number;
  ticksPerDay?: number;
  set?: readonly string[];
  policy?: readonly string[];
}

/** A place in the document whose value comes from the command line. */
export interface Override {
  path: readonly (string | number)[];
  /** The option as it was given: `--set simulation.num_days=3`. */
  option: string;
}

type Mapping = Record<string, unknown>;

/**
 * Applies the options to a scenario document or an engine configuration. What is neither is left to the check that follows.
 *
 * @throws CommandError for options that name what is not there
 */
export function applyOverrides(document: unknown, options: OverrideOptions): { document: unknown; overrides: Override[] } {
  const overrides: Override[] = [];
  if (!isMapping(document)) return { document, overrides };
  const isEngineConfig = Object.hasOwn(document, 'agent_configs');
  const banks = isEngineConfig ? 'agent_configs' : 'agents';
  let current: unknown = document;
  const put = (place: Override['path'], value: unknown, option: string): void => {
    current = withValueAt(current, place, value);
    overrides.push({ path: place, option });
  };

  const timing = isEngineConfig ? [] : ['simulation'];
  if (isEngineConfig || isMapping(document.simulation ?? {})) {
    const { days, seed, ticksPerDay } = options;
    if (seed !== undefined) put([...timing, 'rng_seed'], seed, `--seed ${seed}`);
    if (days !== undefined) put([...timing, 'num_days'], BigInt(days), `--days ${days}`);
    if (ticksPerDay !== undefined) put([...timing, 'ticks_per_day'], BigInt(ticksPerDay), `--ticks-per-day ${ticksPerDay}`);
  }
  for (const text of options.set ?? []) {
    const option = `--set ${text}`;
    const [name, value] = split(text, '--set needs PATH=VALUE');
    const parts = name.split('.');
    if (isEngineConfig && parts[0] === 'simulation') parts.shift();
    if (isEngineConfig && parts[0] === 'agents') parts[0] = banks;
    put(resolvePath(current, parts, option), yamlValue(value, option), option);
  }
  for (const text of options.policy ?? []) {
    const [bank, file] = split(text, '--policy needs AGENT=FILE');
    const list = document[banks];
    if (!Array.isArray(list)) continue;
    const index = positionOf(list, bank);
    if (index < 0) throw usageError(`--policy ${text}: unknown agent '${bank}'`, ...knownIds(list));
    const policy = isEngineConfig
      ? { type: 'FromJson', json: readPolicyText(file) }
      : { type: 'FromJson', json_path: path.resolve(file) };
    put([banks, index, 'policy'], policy, `--policy ${text}`);
  }
  return { document: current, overrides };
}

const isMapping = (value: unknown): value is Mapping => typeof value === 'object' && value !== null && !Array.isArray(value);

function split(text: string, rule: string): [name: string, value: string] {
  const at = text.indexOf('=');
  if (at < 1) throw usageError(`${rule}, got '${text}'`);
  return [text.slice(0, at), text.slice(at + 1)];
}

function yamlValue(text: string, option: string): unknown {
  try {
    return readScenarioText(text).document;
  } catch (error) {
    if (error instanceof ScenarioError) throw usageError(`${option}: the value is ${error.message}`);
    throw error;
  }
}

/** Keys and positions of a dotted path; an element of a list is named by its id, which may have dots, or by its position. */
function resolvePath(document: unknown, parts: readonly string[], option: string): (string | number)[] {
  const found: (string | number)[] = [];
  let current = document;
  let rest = parts;
  while (rest.length > 0) {
    if (Array.isArray(current)) {
      const [index, used] = elementNamed(current, rest, option);
      found.push(index);
      current = current[index];
      rest = rest.slice(used);
    } else {
      const [key, ...others] = rest as [string, ...string[]];
      if (!isMapping(current ?? {})) throw usageError(`${option}: '${key}' is not inside a mapping`);
      found.push(key);
      current = (current as Mapping | null | undefined)?.[key];
      rest = others;
    }
  }
  return found;
}

function elementNamed(list: readonly unknown[], parts: readonly string[], option: string): [index: number, used: number] {
  for (let used = parts.length; used > 0; used--) {
    const index = positionOf(list, parts.slice(0, used).join('.'));
    if (index >= 0) return [index, used];
  }
  const index = /^\d+$/.test(parts[0]!) ? Number(parts[0]) : list.length;
  if (index >= list.length) throw usageError(`${option}: there is no element '${parts[0]}'`, ...knownIds(list));
  return [index, 1];
}

const positionOf = (list: readonly unknown[], id: string): number =>
  list.findIndex((element) => isMapping(element) && element.id === id);

function knownIds(list: readonly unknown[]): string[] {
  const ids = list.flatMap((element) => (isMapping(element) && typeof element.id === 'string' ? [element.id] : []));
  return ids.length > 0 ? [`known are: ${ids.join(', ')}`] : [];
}

function withValueAt(current: unknown, [part, ...rest]: readonly (string | number)[], value: unknown): unknown {
  if (part === undefined) return value;
  if (Array.isArray(current)) return current.map((element, i) => (i === part ? withValueAt(element, rest, value) : element));
  const mapping = (current ?? {}) as Mapping;
  return { ...mapping, [part]: withValueAt(mapping[part], rest, value) };
}
