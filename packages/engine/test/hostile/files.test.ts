import { readFileSync } from 'node:fs';
import * as fc from 'fast-check';
import { describe } from 'vitest';
import { stringify } from 'yaml';
import {
  CeilingError,
  InvalidConfigError,
  readScenario,
  readScenarioText,
  ScenarioError,
  Simulation,
  type Scenario,
  type ScenarioText,
} from '../properties/engine.js';
import { scenario } from '../properties/scenarios.js';
import { fuzz, seedOf, type Finding } from './fuzz.js';
import { KNOWN_FILES } from './known.js';
import { damaged } from './scenario-damage.js';

type Format = 'yaml' | 'json';

interface Base {
  text: string;
  format: Format;
}

const EXAMPLES = new URL('../../../../docs/examples/scenarios/', import.meta.url);
const REFERENCES = new URL('../reference/scenarios/', import.meta.url);

/** Texts as people and programs write them. */
function bases(): Base[] {
  const written = [
    ...['demo.yaml', 'gridlock.yaml', 'two-banks.yaml'].map((name) => new URL(name, EXAMPLES)),
    ...['events-all-kinds.yaml', 'inline-policies.yaml', 'arrivals-bands.yaml'].map((name) => new URL(name, REFERENCES)),
  ].map((file): Base => ({ text: readFileSync(file, 'utf8'), format: 'yaml' }));
  const generated = fc.sample(scenario(), { numRuns: 40, seed: seedOf('files') }).map((document, i): Base => {
    if (i % 3 === 0) return { text: JSON.stringify(document, null, i % 2), format: 'json' };
    return { text: stringify(document), format: 'yaml' };
  });
  return [...written, ...generated];
}

/**
 * Values that reading a text may give for each of its characters: what aliases repeat stands once in memory, but whoever goes
 * through it sees every repetition. Counted instead of timed, so that it is the same on every machine.
 */
const VALUES_PER_CHARACTER = 50;
const MESSAGE_PER_CHARACTER = 200;

function countValues(value: unknown, limit: number): number {
  let count = 0;
  const open = [value];
  while (open.length > 0 && count <= limit) {
    const next = open.pop();
    count++;
    if (typeof next === 'object' && next !== null) open.push(...Object.values(next));
  }
  return count;
}

const finding = (key: string, message: string): Finding => ({ key, message });

/** What is wrong with the way in which a text is read; null if nothing is. */
function read({ text, format }: Base): Finding | null {
  let source: ScenarioText;
  try {
    source = readScenarioText(text, format);
  } catch (error) {
    if (!(error instanceof ScenarioError)) return finding('text: internal error', String((error as Error).stack ?? error));
    const tooLong = error.message.length > 1000 + MESSAGE_PER_CHARACTER * text.length;
    if (tooLong) return finding('text: long message', `${error.message.length} characters`);
    const isPlaced = /line \d+, column \d+/.test(error.message);
    return isPlaced ? null : finding(`text: no place: ${about(error.message)}`, error.message.slice(0, 300));
  }
  const limit = 1000 + VALUES_PER_CHARACTER * text.length;
  const values = countValues(source.document, limit);
  if (values > limit) return finding('text: too many values', `more than ${limit} of ${text.length} characters`);
  let scenario: Scenario;
  try {
    scenario = readScenario(source.document, { exactIntegers: true });
  } catch (error) {
    return refused(error, source, text);
  }
  return created(scenario);
}

/** The kind of a message, so that one defect has one key. */
function about(message: string): string {
  if (message.includes('alias count')) return 'aliases';
  return message.startsWith('not valid JSON') ? 'JSON' : message.slice(0, 40);
}

function refused(error: unknown, { document, locate }: ScenarioText, text: string): Finding | null {
  if (!(error instanceof ScenarioError)) return finding('document: internal error', String((error as Error).stack ?? error));
  if (error.issues.length === 0) return finding('document: no issue', error.message);
  if (error.message.length > 10_000 + MESSAGE_PER_CHARACTER * text.length)
    return finding('document: long message', `${error.message.length} characters for ${text.length}`);
  for (const { message, path } of error.issues) {
    // Only what is wrong with the document as a whole stands nowhere.
    if (path.length === 0) {
      const isMapping = typeof document === 'object' && document !== null && !Array.isArray(document);
      if (isMapping) return finding('document: no path', message.slice(0, 300));
      continue;
    }
    let place: unknown;
    try {
      place = locate(path);
    } catch (thrown) {
      return finding('document: locating fails', `${JSON.stringify(path)}: ${String(thrown)}`);
    }
    // A key that is missing at the top has no ancestor but the document.
    if (place === null && path.length > 1)
      return finding('document: no place', `${JSON.stringify(path)}: ${message.slice(0, 200)}`);
  }
  return null;
}

/** A scenario that is said to be valid can be created, or is refused by a rule of the engine; its ids survive being written. */
function created(scenario: Scenario): Finding | null {
  for (const { id } of scenario.config.agent_configs)
    if (Buffer.from(id, 'utf8').toString('utf8') !== id) return finding('id that no file can hold', JSON.stringify(id));
  try {
    Simulation.create(scenario);
    return null;
  } catch (error) {
    if (error instanceof InvalidConfigError || error instanceof CeilingError) return null;
    return finding(`creation: ${(error as Error).name}`, String((error as Error).stack ?? error));
  }
}

describe('a damaged scenario file', () => {
  const all = bases();

  fuzz('is read, or refused with a place', 2000, KNOWN_FILES, (random): Finding | null => {
    const base = random.pick(all);
    const { damage, text } = damaged(base.text, random);
    const wrong = read({ text, format: base.format });
    return wrong === null ? null : finding(wrong.key, `${damage}: ${wrong.message}`);
  });
});
