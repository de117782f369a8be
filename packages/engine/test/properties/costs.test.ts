import { describe, expect } from 'vitest';
import type { AgentCosts, EventOf, SimulationEvent } from './engine.js';
import { collateralCost, delayCost, opportunityCost, overdraftCost, penaltyFor, estimatedDelay } from './costs.js';
import { create, makeCalls, observe, runThrough, type ObservedTick } from './drive.js';
import { LogFold } from './fold.js';
import { parsed } from './grammar.js';
import { property } from './property.js';
import { anyWorkload, type CostDocument, type Workload } from './scenarios.js';

type Accrual = EventOf<'CostAccrual'>;
type Costs = Accrual['costs'];

const COMPONENTS = [
  'liquidity_cost',
  'delay_cost',
  'collateral_cost',
  'penalty_cost',
  'split_friction_cost',
  'liquidity_opportunity_cost',
] as const;

const NOTHING: Costs = {
  liquidity_cost: 0,
  delay_cost: 0,
  collateral_cost: 0,
  penalty_cost: 0,
  split_friction_cost: 0,
  liquidity_opportunity_cost: 0,
  total: 0,
};

const withTotal = (costs: Partial<Costs>): Costs => {
  const all = { ...NOTHING, ...costs };
  return { ...all, total: COMPONENTS.reduce((sum, component) => sum + all[component], 0) };
};

/** Ids of a bank's payments in queues when costs are charged; what is cancelled then has left them by the end of the tick. */
function waitingThen({ after, events }: ObservedTick, id: string): string[] {
  const cancelled = events.flatMap((event) => (event.event_type === 'PaymentCancelled' ? [event.tx_id] : []));
  const mine = (tx: string): boolean => after.transactions.get(tx)!.sender_id === id;
  return [...after.queue1.get(id)!, ...[...after.queue2, ...cancelled].filter(mine)];
}

/** Ids that are found late in a tick, in the order of their announcement (spec 03 §9, phase 15). */
function newlyOverdue(fold: LogFold, observed: ObservedTick, id: string): string[] {
  const { after, tick } = observed;
  const late = (tx: string): boolean => {
    const { deadline, overdueSince } = fold.payment(tx);
    return (
      tick > deadline &&
      (overdueSince === null || overdueSince === tick) &&
      after.transactions.get(tx)!.overdue_since_tick === tick
    );
  };
  return waitingThen(observed, id).filter(late);
}

/** Costs of a tick that a bank is charged at its end, from the state then. */
function regularCosts(rates: CostDocument, fold: LogFold, observed: ObservedTick, id: string): Costs {
  const { after, events } = observed;
  const returned = events.find((event) => event.event_type === 'LiquidityReturn' && event.agent_id === id) as
    EventOf<'LiquidityReturn'> | undefined;
  const { balance, posted_collateral } = after.agents.get(id)!;
  const waiting = waitingThen(observed, id)
    .map((tx) => after.transactions.get(tx)!)
    .map(({ priority, remaining_amount, status }) => ({ remaining: remaining_amount, priority, overdue: status === 'Overdue' }));
  const announced = events.filter(
    (event) => event.event_type === 'TransactionWentOverdue' && event.sender_id === id,
  ) as EventOf<'TransactionWentOverdue'>[];
  const allocated = returned ? returned.amount : fold.bank(id).allocated;
  return withTotal({
    liquidity_cost: overdraftCost(rates, balance + (returned?.amount ?? 0)),
    delay_cost: delayCost(rates, waiting),
    collateral_cost: collateralCost(rates, posted_collateral),
    penalty_cost: announced.reduce((sum, { amount }) => sum + penaltyFor(rates.deadline_penalty ?? 50_000, amount), 0),
    liquidity_opportunity_cost: opportunityCost(rates, allocated),
  });
}

/** Payments that wait although their deadline has passed, whose bank pays for them at the end of the day. */
function endOfDayCosts(rates: CostDocument, observed: ObservedTick, id: string): Costs | null {
  const { after, tick } = observed;
  const late = waitingThen(observed, id)
    .map((tx) => after.transactions.get(tx)!)
    .filter(({ deadline_tick }) => deadline_tick < tick);
  if (late.length === 0) return null;
  return withTotal({
    penalty_cost: late.reduce((sum, t) => sum + penaltyFor(rates.eod_penalty ?? 10_000, t.remaining_amount), 0),
  });
}

/** Everything that a tick must charge, in the order in which it is logged, split friction apart. */
function expectedAccruals(rates: CostDocument, fold: LogFold, observed: ObservedTick): [string, Costs][] {
  const ids = [...fold.banks.keys()];
  const regular = ids
    .map((id): [string, Costs] => [id, regularCosts(rates, fold, observed, id)])
    .filter(([, { total }]) => total > 0);
  if (!observed.endsDay) return regular;
  const penalties = ids.flatMap((id): [string, Costs][] => {
    const costs = endOfDayCosts(rates, observed, id);
    return costs ? [[id, costs]] : [];
  });
  return [...regular, ...penalties];
}

const isAccrual = (event: SimulationEvent): event is Accrual => event.event_type === 'CostAccrual';
const isFriction = ({ costs }: Accrual): boolean => costs.split_friction_cost > 0;

const sumOf = (accruals: readonly Accrual[], id: string): Costs =>
  withTotal(
    Object.fromEntries(
      COMPONENTS.map((component) => [
        component,
        accruals.filter(({ agent_id }) => agent_id === id).reduce((sum, { costs }) => sum + costs[component], 0),
      ]),
    ),
  );

const asAccount = (costs: Costs): AgentCosts => ({
  liquidity_cost: costs.liquidity_cost,
  collateral_cost: costs.collateral_cost,
  delay_cost: costs.delay_cost,
  split_friction_cost: costs.split_friction_cost,
  deadline_penalty: costs.penalty_cost,
  liquidity_opportunity_cost: costs.liquidity_opportunity_cost,
  total_cost: costs.total,
});

describe('costs', () => {
  property('of every bank and tick are those of the formulas, in exact integers', 100, anyWorkload(), (work) => {
    const rates = work.scenario.cost_rates ?? {};
    for (const { fold, observed } of parsed(observe(work))) {
      const found = observed.events.filter(isAccrual).filter((event) => !isFriction(event));
      const expected = expectedAccruals(rates, fold, observed);
      expect(found.map(({ agent_id, costs }) => [agent_id, costs])).toEqual(expected);
    }
  });

  property('add up: parts to totals, events to ticks, days and runs', 80, anyWorkload(), (work) => {
    const simulation = create(work);
    const run: Accrual[] = [];
    let day: Accrual[] = [];
    while (simulation.currentTick < simulation.totalTicks) {
      const tick = simulation.currentTick;
      if (tick % work.scenario.simulation.ticks_per_day === 0) day = [];
      makeCalls(simulation, work.calls);
      const { total_cost } = simulation.tick();
      const accruals = simulation.events.ofTick(tick).filter(isAccrual);
      for (const { costs } of accruals) expect(costs.total).toBe(withTotal(costs).total);
      expect(total_cost).toBe(accruals.reduce((sum, { costs }) => sum + costs.total, 0));
      day.push(...accruals);
      run.push(...accruals);
      for (const id of simulation.agentIds) {
        expect(simulation.agentCosts(id)).toEqual(asAccount(sumOf(day, id)));
        expect(simulation.agentRunCosts(id)).toEqual(asAccount(sumOf(run, id)));
      }
    }
  });

  property('of a day are those of its metrics, and of all days those of the run', 60, anyWorkload(), (work) => {
    const simulation = runThrough(work);
    for (const id of simulation.agentIds) {
      const days = Array.from({ length: work.scenario.simulation.num_days }, (_, day) =>
        simulation.dailyMetrics(day).find(({ agent_id }) => agent_id === id)!,
      );
      const total = simulation.agentRunCosts(id);
      for (const component of [
        'liquidity_cost',
        'delay_cost',
        'collateral_cost',
        'split_friction_cost',
        'liquidity_opportunity_cost',
        'total_cost',
      ] as const) {
        expect(days.reduce((sum, metrics) => sum + metrics[component], 0)).toBe(total[component]);
      }
      expect(days.reduce((sum, metrics) => sum + metrics.deadline_penalty_cost, 0)).toBe(total.deadline_penalty);
    }
  });

  property('for lateness are charged once, a tick after the deadline at the earliest', 100, anyWorkload(), (work) => {
    const announced = new Set<string>();
    const penalty = work.scenario.cost_rates?.deadline_penalty ?? 50_000;
    for (const { fold, observed } of parsed(observe(work))) {
      const { after, events, tick } = observed;
      const notices = events.filter(
        (event): event is EventOf<'TransactionWentOverdue'> => event.event_type === 'TransactionWentOverdue',
      );
      expect(notices.map(({ tx_id }) => tx_id)).toEqual([...fold.banks.keys()].flatMap((id) => newlyOverdue(fold, observed, id)));
      for (const {
        amount,
        deadline_penalty_cost,
        deadline_tick,
        receiver_id,
        remaining_amount,
        sender_id,
        ticks_overdue,
        tx_id,
      } of notices) {
        expect(announced.has(tx_id)).toBe(false);
        announced.add(tx_id);
        const payment = fold.payment(tx_id);
        expect([sender_id, receiver_id, amount, remaining_amount, deadline_tick]).toEqual([
          ...[payment.sender, payment.receiver, payment.amount, payment.amount, payment.deadline],
        ]);
        expect(ticks_overdue).toBe(tick - deadline_tick);
        expect(ticks_overdue).toBeGreaterThanOrEqual(1);
        expect(deadline_penalty_cost).toBe(penaltyFor(penalty, amount));
      }
      // Whatever waits beyond its deadline has been announced, or was dropped before.
      for (const id of [...after.queue2, ...[...after.queue1.values()].flat()]) {
        if (after.transactions.get(id)!.deadline_tick < tick) expect(after.transactions.get(id)!.status).toBe('Overdue');
      }
    }
  });

  property('named with late settlements are the penalty again and an estimate', 100, anyWorkload(), (work) => {
    const rates = work.scenario.cost_rates ?? {};
    const since = new Map<string, number>();
    for (const event of runThrough(work).events) {
      if (event.event_type === 'TransactionWentOverdue') since.set(event.tx_id, event.tick);
      if (event.event_type === 'PolicyDrop' && !since.has(event.tx_id)) since.set(event.tx_id, event.tick);
      if (event.event_type !== 'OverdueTransactionSettled') continue;
      const { amount, overdue_since_tick, settled_amount, tick, total_ticks_overdue, tx_id } = event;
      expect(overdue_since_tick).toBe(since.get(tx_id));
      expect(total_ticks_overdue).toBe(tick - overdue_since_tick);
      expect(settled_amount).toBe(amount);
      expect(event.deadline_penalty_cost).toBe(penaltyFor(rates.deadline_penalty ?? 50_000, amount));
      expect(event.estimated_delay_cost).toBe(estimatedDelay(rates, settled_amount, total_ticks_overdue));
    }
  });

  property(
    'of the end of a day are told when it ends, after which there are but cancellations and returns',
    60,
    anyWorkload(),
    (work) => {
      const rates = work.scenario.cost_rates ?? {};
      for (const observed of observe(work).ticks) {
        const { after, endsDay, events } = observed;
        if (!endsDay) continue;
        const at = events.findIndex(({ event_type }) => event_type === 'EndOfDay');
        const penalties = [...after.agents.keys()].map((id) => endOfDayCosts(rates, observed, id)?.total ?? 0);
        expect(events[at]).toMatchObject({
          unsettled_count: [...after.agents.keys()].flatMap((id) => waitingThen(observed, id)).length,
          total_penalties: penalties.reduce((sum, penalty) => sum + penalty, 0),
        });
        const last = events.slice(at + 1).map(({ event_type }) => event_type);
        expect(last.filter((type) => type !== 'PaymentCancelled' && type !== 'LiquidityReturn')).toEqual([]);
      }
    },
  );

  property('never move money', 50, anyWorkload({ policies: 'fifo' }), (work) => {
    const free = { ...work, scenario: { ...work.scenario, cost_rates: NO_RATES } };
    const settled = (w: Workload): string[] =>
      [...runThrough(w).events].filter(({ event_type }) => !COST_EVENTS.has(event_type)).map((event) => JSON.stringify(event));
    // The policies of calls may read cost fields.
    const calls = work.calls.filter(({ call }) => call !== 'update_policy');
    expect(settled({ ...free, calls })).toEqual(settled({ ...work, calls }));
  });

  property('are nothing without rates', 40, anyWorkload(), (work) => {
    const scenario = { ...work.scenario, cost_rates: NO_RATES };
    for (const event of runThrough({ ...work, scenario }).events) if (isAccrual(event)) expect(event.costs).toEqual(NOTHING);
  });
});

const NO_RATES: CostDocument = {
  overdraft_bps_per_tick: 0,
  delay_cost_per_tick_per_cent: 0,
  collateral_cost_per_tick_bps: 0,
  liquidity_cost_per_tick_bps: 0,
  eod_penalty: 0,
  deadline_penalty: 0,
  split_friction_cost: 0,
};

/** Events that name costs. */
const COST_EVENTS = new Set(['CostAccrual', 'TransactionWentOverdue', 'OverdueTransactionSettled', 'EndOfDay']);
