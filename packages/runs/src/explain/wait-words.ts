import type { CentralWait, RingAttempt } from '@simcash/engine';
import { counted } from '@simcash/protocol';

/** What a payment in the central queue lacks, by cause. */
export const MISSING: Readonly<Record<CentralWait['causes'][number], string>> = {
  liquidity: 'liquidity',
  reservation: 'liquidity that is not kept for more urgent payments',
  bilateral_limit: 'room in the limit for its receiver',
  multilateral_limit: 'room in its bank’s limit for the day',
  order: 'its turn among the payments of its bank',
  outage: 'banks that are in service',
};

/** A ring that is attempted, and what stands against it; `money` writes cents. */
export function ringText(
  { agents, keeps_limits, payments, short, value }: RingAttempt,
  money: (cents: number) => string,
): string {
  const against = [
    ...short.map(({ agent_id, shortfall }) => `${agent_id} is ${money(shortfall)} short`),
    ...(keeps_limits ? [] : ['a limit is exceeded']),
  ];
  const verdict = against.length === 0 ? 'would settle' : against.join(', ');
  return `${agents.join(' → ')}, ${counted(payments, 'payment')} of ${money(value)}: ${verdict}`;
}
