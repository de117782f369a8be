import type { DayStartDocument } from '../definition/schema.js';
import type { Space } from './space.js';

/** What a learner decides before a day begins: numbers in the parameters of its policy document (spec 18 §2). */
export interface DayStartDecision {
  /** The actions that there are. */
  readonly space: Space;
  /** Names of the parameters. */
  readonly names: readonly string[];
  /** Their values, from the numbers of an action. */
  values(action: readonly number[]): readonly number[];
}

/** @param boundsOf bounds of a parameter by its name and position */
export function dayStartDecision(
  document: DayStartDocument,
  boundsOf: (name: string, i: number) => readonly [number, number],
): DayStartDecision {
  if (document.action === 'parameters') {
    const { names } = document;
    const bounds = names.map(boundsOf);
    return {
      space: { type: 'box', low: bounds.map(([low]) => low), high: bounds.map(([, high]) => high) },
      names,
      values: (action) => action,
    };
  }
  const names = ['initial_liquidity_fraction'];
  const { levels } = document;
  if (levels === undefined) return { space: { type: 'box', low: [0], high: [1] }, names, values: (action) => action };
  return { space: { type: 'discrete', n: levels }, names, values: ([level]) => [level! / (levels - 1)] };
}
