/** Starts of a search, and steps of a local search, in a short queue. */
export const STARTS = 500;
export const STEPS = 5_000;

/** Up to so many payments all of them are affordable. */
const SHORT = 200;

/**
 * As many attempts at a better set as a design names; for `auto` as many as among so many payments are affordable (spec 12 §6.9,
 * §6.13): one takes time that grows with the square of the queue, and in a long queue less depends on a single payment.
 */
export function attemptsAmong(payments: number, given: number | 'auto', attempts: number): number {
  return given === 'auto' ? Math.floor(attempts * Math.min(1, SHORT / payments) ** 3) : given;
}
