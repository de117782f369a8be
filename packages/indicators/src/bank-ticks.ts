import type { Leg } from './legs.js';
import type { IndicatorLog } from './log.js';

/**
 * Every bank at every tick end, before the liquidity return of a day (spec 14 §1, §6). Series are lists of cents by bank and tick;
 * the value of bank b at tick t is at `b × ticks + t`.
 */
export interface BankTicks {
  /** Number of banks. */
  readonly banks: number;
  /** Number of ticks. */
  readonly ticks: number;
  /** Payments that arrived, by sender. */
  readonly due: Float64Array;
  /** Settled legs sent. */
  readonly paymentsSent: Float64Array;
  /** Settled legs received. */
  readonly paymentsReceived: Float64Array;
  /** Flows: settled legs and settled scheduled settlements. */
  readonly sent: Float64Array;
  /** What each bank was paid, tick by tick. */
  readonly received: Float64Array;
  /** Obligations received minus paid, each at the tick when it was due. */
  readonly netDue: Float64Array;
  /** Σ over the ticks so far of payments due minus legs settled. */
  readonly unsettled: Float64Array;
  /** What each bank had at the end of each tick. */
  readonly balance: Float64Array;
  /** What payments of the tick start from: the balance before it and the liquidity moves of the tick (spec 14 §9). */
  readonly base: Float64Array;
  /** Unsecured cap and collateral value. */
  readonly limit: Float64Array;
  /** Allocations from liquidity pools. */
  readonly allocated: Float64Array;
  /** Direct transfers and shocks: moves that are no payments. */
  readonly transferred: Float64Array;
  /** Credit limit of each bank before the first tick. */
  readonly openingLimits: readonly number[];
  /** Credit limits that accounts set as a day began, by bank, then tick. */
  readonly setLimits: readonly ReadonlyMap<number, number>[];
}

/** What each bank sent, received and had, tick by tick. */
export function bankTicks(log: IndicatorLog, legs: readonly Leg[]): BankTicks {
  const { ticks } = log;
  const banks = log.banks.length;
  const series = (): Float64Array => new Float64Array(banks * ticks);
  const [due, paymentsSent, paymentsReceived] = [series(), series(), series()];
  const [netDue, unsettled, balance] = [series(), series(), series()];
  const [base, limit, allocated, returned, transferred] = [series(), series(), series(), series(), series()];
  const adjusted = series();

  const owe = (sender: number, receiver: number, amount: number, tick: number): void => {
    netDue[receiver * ticks + tick]! += amount;
    netDue[sender * ticks + tick]! -= amount;
  };
  for (const { amount, created, parent, receiver, sender } of log.transactions) {
    if (parent !== null) continue;
    due[sender * ticks + created]! += amount;
    owe(sender, receiver, amount, created);
  }
  unsettled.set(due);
  for (const { amount, receiver, sender, settled } of legs) {
    if (settled === null) continue;
    paymentsSent[sender * ticks + settled]! += amount;
    paymentsReceived[receiver * ticks + settled]! += amount;
    unsettled[sender * ticks + settled]! -= amount;
  }
  const [sent, received] = [paymentsSent.slice(), paymentsReceived.slice()];
  for (const { amount, receiver, sender, settled, tick } of log.scheduled) {
    owe(sender, receiver, amount, tick);
    if (!settled) continue;
    sent[sender * ticks + tick]! += amount;
    received[receiver * ticks + tick]! += amount;
  }
  const targets = { allocation: allocated, return: returned, transfer: transferred, shock: transferred, adjustment: adjusted };
  for (const { bank, cents, kind, tick } of log.moves) targets[kind][bank * ticks + tick]! += cents;
  const limits = limitSteps(log);
  for (let b = 0; b < banks; b++) {
    let [open, rest] = [log.opening.agents[b]!.opening_balance, 0];
    let room = limits[b]!.opening;
    const steps = limits[b]!.byTick;
    for (let i = b * ticks, t = 0; t < ticks; i++, t++) {
      base[i] = open + adjusted[i]! + allocated[i]! + transferred[i]!;
      balance[i] = base[i]! + received[i]! - sent[i]!;
      open = balance[i]! + returned[i]!;
      room = steps.get(t) ?? room;
      limit[i] = room;
      rest += unsettled[i]!;
      unsettled[i] = rest;
    }
  }
  return {
    banks,
    ticks,
    due,
    paymentsSent,
    paymentsReceived,
    sent,
    received,
    netDue,
    unsettled,
    balance,
    base,
    limit,
    allocated,
    transferred,
    openingLimits: limits.map(({ opening }) => opening),
    setLimits: limits.map(({ set }) => set),
  };
}

/** Credit limit of each bank at the start, after the ticks in which it changed, and as accounts set it, before anything else did. */
function limitSteps(log: IndicatorLog): { opening: number; byTick: Map<number, number>; set: Map<number, number> }[] {
  type Terms = { cap: number; posted: number; haircut: number };
  const steps = log.banks.map((): { tick: number; isSet?: boolean; apply: (terms: Terms) => void }[] => []);
  // What is set for a day comes before everything else in its first tick.
  for (const { bank, tick, ...set } of log.terms)
    steps[bank]!.push({ tick, isSet: true, apply: (terms) => void Object.assign(terms, set) });
  for (const { bank, cents, tick } of log.caps) steps[bank]!.push({ tick, apply: (terms) => void (terms.cap += cents) });
  for (const { bank, tick, ...set } of log.haircuts)
    steps[bank]!.push({ tick, apply: (terms) => void Object.assign(terms, set) });
  for (const { bank, cents, tick } of log.collateral) steps[bank]!.push({ tick, apply: (terms) => void (terms.posted = cents) });
  const limit = ({ cap, haircut, posted }: Terms): number => cap + Math.floor(posted * Math.max(1 - haircut, 0));
  return log.opening.agents.map(({ collateral_haircut, posted_collateral, unsecured_cap }, b) => {
    const terms = { cap: unsecured_cap, posted: posted_collateral, haircut: collateral_haircut };
    const opening = limit(terms);
    const [byTick, set] = [new Map<number, number>(), new Map<number, number>()];
    for (const { apply, isSet, tick } of steps[b]!.sort((x, y) => x.tick - y.tick)) {
      apply(terms);
      byTick.set(tick, limit(terms));
      if (isSet) set.set(tick, limit(terms));
    }
    return { opening, byTick, set };
  });
}
