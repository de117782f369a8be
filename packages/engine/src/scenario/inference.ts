import type { z } from 'zod';
import { POLICY_VARIANTS } from './agents-schema.js';
import { AMOUNT_VARIANTS, PRIORITY_VARIANTS } from './amounts-schema.js';
import { EVENT_VARIANTS, SCHEDULE_VARIANTS } from './events-schema.js';
import { pathText } from '@simcash/protocol';
import type { ScenarioIssue } from './issues.js';
import { isMapping, type Mapping } from './paths.js';

type Path = readonly (string | number)[];
type Variants = Readonly<Record<string, z.ZodObject>>;

/** Cost rates that may be written as a bare number of cents. */
const PENALTIES = ['eod_penalty', 'eod_penalty_per_transaction', 'deadline_penalty'];

/**
 * Brings the short forms of a document into the long one: bare penalties become mappings, and policies, distributions, schedules
 * and events without `type` get the one that fits (spec 07 §1.6), with a warning. Returns a copy of what it changes. `exactIntegers`: whole numbers written as such are bigints, so 100 and
 * 100.0 can be told apart.
 */
export function writeOut(document: unknown, exactIntegers: boolean): { document: unknown; warnings: ScenarioIssue[] } {
  const inference = new Inference(exactIntegers);
  return { document: inference.scenario(document), warnings: inference.warnings };
}

class Inference {
  readonly warnings: ScenarioIssue[] = [];

  constructor(private readonly exactIntegers: boolean) {}

  scenario(document: unknown): unknown {
    if (!isMapping(document)) return document;
    const copy: Mapping = { ...document };
    if (Array.isArray(copy.agents)) copy.agents = copy.agents.map((agent, i) => this.#agent(agent, ['agents', i]));
    if (Array.isArray(copy.scenario_events)) {
      copy.scenario_events = copy.scenario_events.map((event, i) => this.#event(event, ['scenario_events', i]));
    }
    if (isMapping(copy.cost_rates)) copy.cost_rates = this.#costRates(copy.cost_rates);
    return copy;
  }

  /** Texts and floats are no bare penalties (spec 07 §5). */
  #costRates(rates: Mapping): Mapping {
    const copy: Mapping = { ...rates };
    for (const name of PENALTIES) {
      const cents = copy[name];
      const whole = typeof cents === 'bigint' || typeof cents === 'boolean' || (!this.exactIntegers && Number.isInteger(cents));
      if (whole) copy[name] = { mode: 'fixed', amount: cents };
    }
    return copy;
  }

  #agent(agent: unknown, path: Path): unknown {
    if (!isMapping(agent)) return agent;
    const copy: Mapping = { ...agent };
    if (isMapping(copy.policy)) copy.policy = this.#typed(copy.policy, POLICY_VARIANTS, [...path, 'policy']);
    if (isMapping(copy.arrival_config)) copy.arrival_config = this.#arrivals(copy.arrival_config, [...path, 'arrival_config']);
    if (isMapping(copy.arrival_bands)) {
      copy.arrival_bands = Object.fromEntries(
        Object.entries(copy.arrival_bands).map(([band, config]) => [
          band,
          isMapping(config) ? this.#arrivals(config, [...path, 'arrival_bands', band]) : config,
        ]),
      );
    }
    return copy;
  }

  #arrivals(config: Mapping, path: Path): Mapping {
    const copy: Mapping = { ...config };
    const { amount_distribution: amounts, priority_distribution: priorities } = copy;
    if (isMapping(amounts)) copy.amount_distribution = this.#typed(amounts, AMOUNT_VARIANTS, [...path, 'amount_distribution']);
    if (isMapping(priorities))
      copy.priority_distribution = this.#typed(priorities, PRIORITY_VARIANTS, [...path, 'priority_distribution']);
    return copy;
  }

  #event(event: unknown, path: Path): unknown {
    if (!isMapping(event)) return event;
    const copy: Mapping = { ...event };
    if (isMapping(copy.schedule)) copy.schedule = this.#typed(copy.schedule, SCHEDULE_VARIANTS, [...path, 'schedule']);
    return this.#typed(copy, EVENT_VARIANTS, path);
  }

  /** The variant whose required keys are there and valid and that knows most of the given keys; the first of equals. */
  #typed(value: Mapping, variants: Variants, path: Path): Mapping {
    if (Object.hasOwn(value, 'type')) return value;
    let best: { name: string; known: number; exact: boolean } | null = null;
    for (const [name, schema] of Object.entries(variants)) {
      const keys = Object.keys(schema.shape);
      const given = Object.fromEntries(Object.entries(value).filter(([key]) => keys.includes(key)));
      if (!schema.safeParse({ ...given, type: name }).success) continue;
      const candidate = { name, known: Object.keys(given).length, exact: this.#needsNoConversion(schema, given) };
      if (best === null || candidate.known > best.known || (candidate.known === best.known && candidate.exact && !best.exact))
        best = candidate;
    }
    if (best === null) return value;
    this.warnings.push({
      path,
      code: `type_inferred.${best.name}`,
      message: `${pathText(path)}: type is not given, taken as ${best.name}`,
    });
    return { type: best.name, ...value };
  }

  /** `Normal` takes whole numbers only, so a float literal speaks for `LogNormal`. */
  #needsNoConversion(schema: z.ZodObject, given: Mapping): boolean {
    if (schema !== AMOUNT_VARIANTS.Normal) return true;
    return Object.values(given).every(
      (number) => typeof number === 'bigint' || (!this.exactIntegers && Number.isInteger(number)),
    );
  }
}
