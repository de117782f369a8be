import { STATISTICS } from '../metrics/statistics.js';
import { DROPPED, SETTLED, type PaymentRecord } from '../payments/payments.js';
import type { EngineConfig } from '../scenario/config.js';
import { field, isOpen } from './check-payments.js';
import { refuse } from './read.js';
import type { AgentState, State } from './state.js';

/** What the payments of a bank add up to. */
interface Sums {
  created: number;
  settled: number;
  arrivals: number;
  sent: number;
  received: number;
  done: number;
  arrivalsToday: number;
  sentToday: number;
  receivedToday: number;
  dropped: number;
  droppedValue: number;
  outflows: Map<number, number>;
}

/**
 * A snapshot that still has every payment of the run is checked against all that can be counted from them: counters, outflows and
 * statistics. Runs that let payments go are checked by the relations between their sums alone.
 */
export function checkSums(state: State, config: EngineConfig): void {
  if (state.transactions.length !== state.last_transaction) return;
  const sums = countPayments(state, config);
  state.agents.forEach((agent, b) => checkAgentSums(agent, b, sums[b]!));
  checkTotals(state);
}

/** A payment that moved money itself. */
const paid = (payment: PaymentRecord): boolean => field(payment, 'settlementType') >= 0;

function countPayments(state: State, config: EngineConfig): Sums[] {
  const today = state.current_tick - (state.current_tick % config.ticks_per_day);
  const sums = state.agents.map((): Sums => ({
    ...{ created: 0, settled: 0, arrivals: 0, sent: 0, received: 0, done: 0 },
    ...{ arrivalsToday: 0, sentToday: 0, receivedToday: 0, dropped: 0, droppedValue: 0, outflows: new Map() },
  }));
  for (const payment of state.transactions) {
    const [amount, receiver] = [field(payment, 'amount'), field(payment, 'receiver')];
    const sender = sums[field(payment, 'sender')]!;
    sender.created += amount;
    sender.settled += amount - field(payment, 'remaining');
    if (payment.parent === 0) {
      sender.arrivals++;
      if (field(payment, 'createdTick') >= today) sender.arrivalsToday++;
      if (!isOpen(payment)) sender.done++;
    }
    if (field(payment, 'givenUp') === DROPPED) {
      sender.dropped++;
      sender.droppedValue += amount;
    }
    if (!paid(payment)) continue;
    sender.sent++;
    sums[receiver]!.received++;
    if (field(payment, 'settlementTick') < today) continue;
    sender.sentToday++;
    sums[receiver]!.receivedToday++;
    sender.outflows.set(receiver, (sender.outflows.get(receiver) ?? 0) + amount);
  }
  return sums;
}

function checkAgentSums(agent: AgentState, b: number, sums: Sums): void {
  const check = (key: keyof AgentState, i: number | null, stored: number, found: number): void => {
    if (stored !== found) refuse(['agents', b, key, ...(i === null ? [] : [i])], `must be ${found}, as its payments say`);
  };
  check('created_amount', null, agent.created_amount, sums.created);
  check('settled_amount', null, agent.settled_amount, sums.settled);
  [sums.arrivals, sums.sent, sums.received, sums.done].forEach((found, i) =>
    check('past_counters', i, agent.past_counters[i]!, found - agent.day_counters[i]!),
  );
  [sums.arrivalsToday, sums.sentToday, sums.receivedToday].forEach((found, i) =>
    check('day_counters', i, agent.day_counters[i]!, found),
  );
  // What was dropped may have been brought back and dropped once more.
  const dropped = (i: number): number => agent.day_counters[i]! + agent.past_counters[i]!;
  if (dropped(4) < sums.dropped || dropped(7) < sums.droppedValue)
    refuse(['agents', b, 'day_counters'], 'do not count what was dropped');
  const outflows = [...sums.outflows].sort(([x], [y]) => x - y);
  if (JSON.stringify(outflows) !== JSON.stringify(agent.outflows))
    refuse(['agents', b, 'outflows'], 'are not what it paid today');
}

function checkTotals({ statistics, transactions }: State): void {
  const check = (name: (typeof STATISTICS)[number], found: number): void => {
    const i = STATISTICS.indexOf(name);
    if (statistics[i] !== found) refuse(['statistics', i], `${name} must be ${found}, as the payments say`);
  };
  const originals = transactions.filter(({ parent }) => parent === 0);
  const parts = transactions.filter(({ parent }) => parent !== 0);
  const settled = (list: readonly PaymentRecord[]): number => list.filter((one) => field(one, 'status') === SETTLED).length;
  const value = (list: readonly PaymentRecord[]): number => list.reduce((sum, one) => sum + field(one, 'amount'), 0);
  check('arrivals', originals.length);
  check('settledArrivals', settled(originals));
  check('settledChildren', settled(parts));
  check('effectivelySettled', originals.filter((one) => !isOpen(one)).length);
  check('offsetPayments', originals.filter((one) => field(one, 'offset') === 1).length);
  check('arrivedValue', value(originals));
  check('settledValue', value(transactions.filter(paid)));
  const delays = delaysOf(transactions);
  check(
    'totalDelay',
    delays.reduce((sum, delay) => sum + delay, 0),
  );
  check(
    'maxDelay',
    delays.reduce((longest, delay) => Math.max(longest, delay), 0),
  );
}

/** Ticks from arrival to the settlement of a payment, or of the last of its parts. */
function delaysOf(transactions: readonly PaymentRecord[]): number[] {
  const settledAt = new Map<number, number>();
  // Parts come after what they are cut from.
  for (const payment of transactions.toReversed()) {
    const own = field(payment, 'parts') > 0 ? -1 : field(payment, 'settlementTick');
    const last = Math.max(own, settledAt.get(payment.number) ?? -1);
    settledAt.set(payment.number, last);
    if (payment.parent !== 0) settledAt.set(payment.parent, Math.max(last, settledAt.get(payment.parent) ?? -1));
  }
  return transactions
    .filter((payment) => payment.parent === 0 && !isOpen(payment))
    .map((payment) => settledAt.get(payment.number)! - field(payment, 'arrivalTick'));
}
