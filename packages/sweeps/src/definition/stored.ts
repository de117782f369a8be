import { readScenario, readScenarioText, type Scenario } from '@simcash/engine';
import { canonicalJson, exactJson, type PaymentList } from '@simcash/protocol';
import { planSweep, type SweepFiles, type SweepPlan } from '../cells/plan.js';
import { readSweep, SweepError } from './schema.js';

/** The two texts of which a sweep can be made ready anywhere, without the files of its user. */
export interface SweepTexts {
  /** The document with all defaults and the content of the files that it names. */
  readonly definition: string;
  /** The base scenario, canonical. */
  readonly base: string;
}

/**
 * The texts that a sweep can be planned from again, elsewhere.
 *
 * @param base the scenario of which the plan was made
 */
export const sweepTexts = ({ sweep }: SweepPlan, base: Scenario): SweepTexts => ({
  definition: exactJson(canonical(sweep)),
  base: canonicalJson(base.source),
});

/**
 * Makes a sweep ready from its texts.
 *
 * @param payments the payment list of the base, if it has one; without it such a sweep can be looked at, not run
 * @throws SweepError
 */
export function planOfTexts({ base, definition }: SweepTexts, payments: PaymentList | null = null): SweepPlan {
  const sweep = readSweep(readScenarioText(definition, 'json').document);
  const list = payments === null ? {} : { payments };
  const scenario = readScenario(readScenarioText(base, 'json').document, { exactIntegers: true, strict: false, ...list });
  return planSweep(sweep, scenario, NO_FILES);
}

/** For sweeps that name no files, or whose files are in their texts. */
export const NO_FILES: SweepFiles = {
  readPolicy: (name) => {
    throw new SweepError([{ path: 'axes', message: `policy file ${name} is not stored` }]);
  },
  readDesign: (name) => {
    throw new SweepError([{ path: 'axes', message: `unknown design '${name}'` }]);
  },
};

/** Mappings whose members are the levels of an axis, in their order. */
const LEVELS = ['policies', 'designs'];

/** Keys in order, but those of levels; bigints stay what they are. */
function canonical(value: unknown, key = ''): unknown {
  if (Array.isArray(value)) return value.map((one) => canonical(one));
  if (typeof value !== 'object' || value === null) return value;
  const members = Object.entries(value).filter(([, member]) => member !== undefined);
  if (!LEVELS.includes(key)) members.sort(([a], [b]) => (a < b ? -1 : 1));
  return Object.fromEntries(members.map(([name, member]) => [name, canonical(member, name)]));
}
