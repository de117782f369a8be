import { COST_COMPONENTS, type CostBreakdown, type CostComponent } from '@simcash/protocol';
import { dollars } from './dollars.js';
import { shareText } from '../../report/share-text.js';
import { sum } from '../../scenario.js';

/** What a share of the cost suggests, from which share on. */
const GUIDANCE: readonly { part: CostComponent; from: number; advice: string }[] = [
  {
    part: 'liquidity_opportunity_cost',
    from: 0.4,
    advice: 'Liquidity brought in is the main cost: try less of it, down to where payments begin to wait.',
  },
  { part: 'delay_cost', from: 0.4, advice: 'Waiting is the main cost: more liquidity or earlier release would shorten it.' },
  {
    part: 'penalty_cost',
    from: 0.2,
    advice: 'Penalties weigh heavily: release payments before their deadlines and have the money for it.',
  },
  { part: 'liquidity_cost', from: 0.2, advice: 'Overdraft weighs heavily: more liquidity or later release would lower it.' },
  { part: 'collateral_cost', from: 0.2, advice: 'Posted collateral weighs heavily: post less or withdraw it earlier.' },
  { part: 'split_friction_cost', from: 0.2, advice: 'Splitting weighs heavily: split fewer payments or into fewer parts.' },
];

const NAMES: Record<CostComponent, string> = {
  liquidity_cost: 'overdraft',
  delay_cost: 'delay',
  collateral_cost: 'collateral',
  penalty_cost: 'penalties',
  split_friction_cost: 'splits',
  liquidity_opportunity_cost: 'liquidity opportunity',
};

/** The parts of a bank's cost, largest first, and what they suggest. */
export function breakdownText(breakdown: CostBreakdown): string {
  const total = sum(COST_COMPONENTS.map((part) => breakdown[part]));
  if (total <= 0) return 'No part of the cost is above zero.';
  const share = (part: CostComponent): number => breakdown[part] / total;
  const rows = COST_COMPONENTS.toSorted((a, b) => breakdown[b] - breakdown[a]).map(
    (part) => `| ${NAMES[part]} | ${dollars(breakdown[part])} | ${shareText(share(part))} | ${tag(share(part))} |`,
  );
  const advice = GUIDANCE.filter(({ from, part }) => share(part) > from).map((entry) => `- ${entry.advice}`);
  if (share('delay_cost') > 0.2 && share('liquidity_opportunity_cost') > 0.2)
    advice.push('- Delay and liquidity both count: you are between the extremes, so take small steps in either direction.');
  return [
    '| part | cost | share | weight |',
    '| --- | --- | --- | --- |',
    ...rows,
    ...(advice.length > 0 ? ['', ...advice] : []),
  ].join('\n');
}

function tag(share: number): string {
  if (share > 0.4) return 'HIGH';
  return share > 0.2 ? 'MEDIUM' : 'LOW';
}
