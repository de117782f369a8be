import { COST_COMPONENTS, money } from '@simcash/protocol';

export const ALGORITHMS: Record<number, string> = { 1: 'FIFO', 2: 'bilateral', 3: 'multilateral' };
const COST_NAMES: Record<(typeof COST_COMPONENTS)[number], string> = {
  liquidity_cost: 'overdraft',
  delay_cost: 'delay',
  collateral_cost: 'collateral',
  penalty_cost: 'penalties',
  split_friction_cost: 'split friction',
  liquidity_opportunity_cost: 'liquidity',
};

/** `12.50 (delay 10.00, penalties 2.50)`; empty if there are none. */
export function costText(costs: Record<(typeof COST_COMPONENTS)[number], number>): string {
  const parts = COST_COMPONENTS.filter((component) => costs[component] !== 0);
  const total = parts.reduce((sum, component) => sum + costs[component], 0);
  return parts.length === 0
    ? ''
    : `${money(total)} (${parts.map((component) => `${COST_NAMES[component]} ${money(costs[component])}`).join(', ')})`;
}

/** What keeps a payment from settling at entry, besides money and limits. */
export const BLOCKED: Readonly<Record<string, string>> = {
  entry_off: 'its class does not settle at entry',
  outage: 'its receiver takes no payments',
  order: 'it must not overtake',
  reservation: 'the money is reserved',
};

/** Where a line of the narrative goes on in the next one; no name can contain it, as nobody knows it. */
export const BREAK = String.fromCodePoint(
  0xe000,
  ...Array.from({ length: 8 }, () => 0xe000 + Math.floor(Math.random() * 0x1000)),
);
