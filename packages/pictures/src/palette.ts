import type { MechanismGroup } from './figures.js';

/** Colours have a meaning that never changes; the style sheet of a page gives their light and dark form (spec 16 §3). */
export const LIGHT = ['#1949c5', '#c26e12', '#0a8fd1', '#7e444c', '#062372', '#4f1a19'] as const;
/** Colours of lines on a dark ground. */
export const DARK = ['#98dcfb', '#dd8736', '#5d67c2', '#f0ec52', '#5cadb5', '#9a6051'] as const;

/** A colour by its number, as CSS. */
export const colour = (number: number): string => `var(--c${number % LIGHT.length})`;

/** Lines differ in their dashes, too. */
export const DASHES = ['', '7 3', '2 3', '9 3 2 3', '4 4', '1 4'] as const;

/** Names of groups of mechanisms; their places are their colours. */
export const MECHANISMS: Readonly<Record<MechanismGroup, string>> = {
  at_once: 'at once',
  from_queue: 'from the queue',
  lsm_retry: 'retry in the LSM',
  entry_offset: 'offset at entry',
  pair_offset: 'offset of a pair',
  cycles_and_sets: 'cycle or netted set',
};

export const COSTS: Readonly<Record<string, string>> = {
  delay_cost: 'delay',
  penalty_cost: 'penalties',
  liquidity_cost: 'credit',
  collateral_cost: 'collateral',
  split_friction_cost: 'splits',
  liquidity_opportunity_cost: 'liquidity brought in',
};
