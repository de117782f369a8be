/** What a design means by `auto`. */
const STARTS = 500;
const STEPS = 20_000;

/** Up to so many payments that is affordable whatever they are. */
const SHORT = 200;

/** Starts of a search among so many payments (spec 12 §6.9). */
export function startsAmong(payments: number, given: number | 'auto'): number {
  return given === 'auto' ? affordable(STARTS, payments) : given;
}

/** Changes that a local search tries among so many payments (spec 12 §6.13). */
export function stepsAmong(payments: number, given: number | 'auto'): number {
  return given === 'auto' ? affordable(STEPS, payments) : given;
}

/** An attempt takes time that grows with the square of the queue, and in a long queue less depends on a single payment. */
function affordable(attempts: number, payments: number): number {
  return Math.floor(attempts * Math.min(1, SHORT / payments) ** 3);
}
