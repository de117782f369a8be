import type { CentralWait, LimitUse, PairOffset } from '@simcash/engine';
import { counted, money } from '@simcash/protocol';
import { MISSING, ringText } from '@simcash/runs';

/** Why a payment waits in the central queue, in lines. */
export function waitLines(wait: CentralWait, tick: string): string[] {
  const {
    amount,
    available,
    balance,
    bilateral_limit,
    causes,
    multilateral_limit,
    offset,
    receiver_id,
    reserved,
    sender_id,
    tx_id,
  } = wait;
  return [
    `${tx_id}: ${sender_id} → ${receiver_id} ${money(amount)} waits in the central queue at the end of tick ${tick}, since tick ${wait.since_tick}.`,
    `  Place      ${wait.position + 1} of ${wait.queue_size}, ${wait.own_position + 1} among those of ${sender_id}${wait.rtgs_priority === null ? '' : `, RTGS priority ${wait.rtgs_priority}`}`,
    `  Liquidity  ${money(available)} available (balance ${money(balance)})${reserved > 0 ? `, ${money(reserved)} kept for more urgent payments` : ''}, ${wait.shortfall > 0 ? `${money(wait.shortfall)} short` : 'enough'}`,
    ...limitLine(`to ${receiver_id}`, bilateral_limit),
    ...limitLine('in all', multilateral_limit),
    `  Offset     ${offsetText(offset, receiver_id, sender_id)}`,
    ...ringLines(wait),
    ...(wait.blocked_by === null
      ? []
      : [`  Order      ${wait.blocked_by} of ${sender_id} stands before it, and must settle first`]),
    `  Next       ${wait.next_run === null ? 'no run of the central system considers it any more on this day' : `run “${wait.next_run.name}” in tick ${wait.next_run.tick}`}`,
    `  So         ${causes.length === 0 ? 'nothing is against it as the tick ends: it settles when its turn comes, unless those before it take the money' : `it lacks ${causes.map((cause) => MISSING[cause]).join(', and ')}`}`,
  ];
}

/** Rings that would be attempted, and why they do not settle. */
function ringLines({ rings, rings_cut_off }: CentralWait): string[] {
  if (rings === null) return [];
  const more = rings_cut_off ? '; there are more rings than are attempted' : '';
  if (rings.length === 0) return [`  Rings      none with it would be attempted${more}`];
  return rings.map(
    (ring, i) => `  ${i === 0 ? 'Rings ' : '      '}     ${ringText(ring, money)}${i === rings.length - 1 ? more : ''}`,
  );
}

function limitLine(what: string, use: LimitUse | null): string[] {
  if (use === null) return [];
  const room = use.excess > 0 ? `${money(use.excess)} too much` : 'enough';
  return [`  Limit      ${money(use.limit)} ${what}, ${money(use.used)} used today, ${room}`];
}

function offsetText(offset: PairOffset | null, receiver: string, sender: string): string {
  if (offset === null) return `no queued payment goes from ${receiver} to ${sender}`;
  const { opposite_payments, opposite_value, payer_id, payments, shortfall, value } = offset;
  const both = `${counted(payments, 'payment')} of ${money(value)} against ${opposite_payments} of ${money(opposite_value)}`;
  if (payer_id === null) return `${both} would cancel out`;
  const net = money(Math.abs(value - opposite_value));
  return `${both}: ${payer_id} would pay ${net}, ${shortfall > 0 ? `and is ${money(shortfall)} short` : 'which it can'}`;
}
