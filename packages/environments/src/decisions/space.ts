import { EnvironmentError } from '../errors.js';

/** What an action may be, or an observation: numbers between bounds, one of n choices, or n bits (spec 18 §2). */
export type Space =
  | {
      readonly type: 'box';
      /** The lower end of the interval; null without one. */ readonly low: readonly number[];
      /** The upper end of the interval; null without one. */ readonly high: readonly number[];
    }
  | { readonly type: 'discrete'; readonly n: number }
  | { readonly type: 'multi_binary'; readonly n: number };

/** Numbers of an action. */
export function widthOf(space: Space): number {
  if (space.type === 'box') return space.low.length;
  return space.type === 'discrete' ? 1 : space.n;
}

/**
 * The numbers of an action that lies in its space; where it has one number, that alone will do as well as a list of it.
 *
 * @throws EnvironmentError `invalid_action` that names learner, action and bound
 */
export function checked(space: Space, action: unknown, learner: string): readonly number[] {
  const refuse = (what: string, place = ''): never => {
    throw new EnvironmentError('invalid_action', `${learner}: ${what}`, `actions.${learner}${place}`);
  };
  const width = widthOf(space);
  if (action === undefined) return refuse('has no action');
  const isBare = typeof action === 'number' && (width === 1 || space.type === 'discrete');
  const numbers = isBare ? [action] : action;
  if (!isList(numbers))
    return refuse(`expected ${width === 1 ? 'a number' : `a list of ${width} numbers`}, got ${shown(action)}`);
  if (numbers.length !== width) return refuse(`expected ${width} numbers, got ${numbers.length}`);
  for (let i = 0; i < width; i++) {
    const x = numbers[i];
    const place = isBare ? '' : `[${i}]`;
    if (typeof x !== 'number') return refuse(`expected a number, got ${shown(x)}`, place);
    if (space.type === 'box') {
      const [low, high] = [space.low[i]!, space.high[i]!];
      if (!(x >= low && x <= high)) refuse(`${x} does not lie between ${low} and ${high}`, place);
    } else {
      const most = space.type === 'discrete' ? space.n - 1 : 1;
      if (!(Number.isInteger(x) && x >= 0 && x <= most)) refuse(`${x} is not a whole number from 0 to ${most}`, place);
    }
  }
  // Episodes keep their actions; the caller may use its list again.
  return Array.from(numbers as ArrayLike<number>);
}

const isList = (value: unknown): value is ArrayLike<unknown> & readonly unknown[] =>
  Array.isArray(value) || value instanceof Float64Array;

/** Short, and without looking into what may have no end. */
function shown(value: unknown): string {
  if (typeof value === 'object' && value !== null) return isList(value) ? `a list of ${value.length}` : 'an object';
  return typeof value === 'string' ? JSON.stringify(value.slice(0, 60)) : String(value);
}
