import { existsSync } from 'node:fs';
import path from 'node:path';
import {
  isMapping,
  knownIds,
  PathError,
  placeOf,
  positionOf,
  PRESETS,
  readScenarioText,
  ScenarioError,
  withDesign,
  withValueAt,
} from '@simcash/engine';
import { usageError } from './exit-codes.js';
import { readPolicyText } from './files/policy-text.js';
import { readText } from './files/reading.js';
import { parseText } from './files/scenario-text.js';

/** Options that change a scenario before it is checked (spec 07 §1.3). */
export interface OverrideOptions {
  seed?: bigint;
  days?: number;
  ticksPerDay?: number;
  set?: readonly string[];
  policy?: readonly string[];
  /** File in place of the first source of payments. */
  payments?: string;
  /** A preset, or a file with a settlement block. */
  design?: string;
}

/** A place in the document whose value comes from the command line. */
export interface Override {
  path: readonly (string | number)[];
  /** The option as it was given: `--set simulation.num_days=3`. */
  option: string;
}

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
  if (options.design !== undefined) {
    const option = `--design ${options.design}`;
    const block = designBlock(options.design);
    current = withDesign(current, block);
    put(['settlement'], block, option);
  }
  for (const text of options.set ?? []) {
    const option = `--set ${text}`;
    const [name, value] = split(text, '--set needs PATH=VALUE');
    put(resolvePath(current, name, option), yamlValue(value, option), option);
  }
  if (options.payments !== undefined) {
    const source = Array.isArray(document.payments) ? ['payments', 0] : ['payments'];
    put([...source, 'file'], path.resolve(options.payments), `--payments ${options.payments}`);
  }
  for (const text of options.policy ?? []) {
    const [bank, file] = split(text, '--policy needs AGENT=FILE');
    const list = document[banks];
    if (!Array.isArray(list)) continue;
    const index = positionOf(list, bank);
    if (index < 0) throw usageError(`--policy ${text}: unknown agent '${bank}'`, ...known(knownIds(list)));
    const policy = isEngineConfig
      ? { type: 'FromJson', json: readPolicyText(file) }
      : { type: 'FromJson', json_path: path.resolve(file) };
    put([banks, index, 'policy'], policy, `--policy ${text}`);
  }
  return { document: current, overrides };
}

/** The settlement block of a preset, or of a file. */
function designBlock(design: string): unknown {
  if (Object.hasOwn(PRESETS, design)) return { preset: design };
  if (!existsSync(design))
    throw usageError(`--design ${design}: neither a preset nor a file`, `presets are ${Object.keys(PRESETS).join(', ')}`);
  return designOf(design);
}

/** The settlement block of a file: the value of its key `settlement`, or all of it. */
export function designOf(file: string): unknown {
  const { document } = parseText(file, readText(file, 'design'));
  return isMapping(document) && Object.hasOwn(document, 'settlement') ? document.settlement : document;
}

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

/** The place that a dotted path names. @throws CommandError */
function resolvePath(document: unknown, name: string, option: string): (string | number)[] {
  try {
    return placeOf(document, name);
  } catch (error) {
    if (error instanceof PathError) throw usageError(`${option}: ${error.message}`, ...known(error.known));
    throw error;
  }
}

const known = (ids: readonly string[]): string[] => (ids.length > 0 ? [`known are: ${ids.join(', ')}`] : []);
