import * as fc from 'fast-check';
import { describe, expect } from 'vitest';
import { Simulation, type EventOf, type SimulationEvent } from './engine.js';
import { observe } from './drive.js';
import { isSynthetic, LogFold } from './fold.js';
import { property } from './property.js';
import { anyWorkload } from './scenarios.js';

const POLICY_REASONS = [
  'UrgentLiquidityNeed',
  'PreemptivePosting',
  'LiquidityRestored',
  'EndOfDayCleanup',
  'DeadlineEmergency',
  'CostOptimization',
];

const cents = fc.oneof(fc.nat({ max: 300 }), fc.nat(), fc.nat({ max: 10 ** 12 }));

/** Collateral around the edge of what covers a used credit: that of so many cents of it. */
const pledges = fc
  .record(
    {
      cap: cents,
      posted: cents,
      wanted: fc.oneof(cents, fc.constant(10 ** 15)),
      needed: fc.oneof(fc.nat({ max: 300 }), fc.nat()),
      haircut: haircuts(),
    },
    { noNullPrototype: true },
  )
  .map(({ cap, haircut, needed, posted, wanted }) => ({
    cap,
    haircut,
    posted,
    wanted,
    used: cap + Math.floor(needed * (1 - haircut)),
  }));

function haircuts(): fc.Arbitrary<number> {
  return fc.oneof(fc.constantFrom(0, 0.02, 0.1, 1 / 3, 0.5, 0.999, 1), fc.double({ min: 0, max: 1, noNaN: true }));
}

/** Checks what an event states about balances against the balance computed up to then. */
function expectStatedBalances(fold: LogFold, event: SimulationEvent): void {
  switch (event.event_type) {
    case 'RtgsImmediateSettlement':
      expect(event.sender_balance_before).toBe(fold.bank(event.sender).balance);
      fold.apply(event);
      expect(event.sender_balance_after).toBe(fold.bank(event.sender).balance);
      return;
    case 'LiquidityAllocation':
    case 'LiquidityReturn':
      fold.apply(event);
      expect(event.balance_after).toBe(fold.bank(event.agent_id).balance);
      return;
    case 'DeferredCreditApplied':
      expect(event.amount).toBe(fold.stored(event.agent_id));
      fold.apply(event);
      return;
    case 'LsmCycleSettlement': {
      const before = new Map(event.agents.map((id) => [id, fold.bank(id).balance]));
      fold.apply(event);
      if (fold.scenario.deferred_crediting) return;
      const change = event.agents.map((id) => fold.bank(id).balance - before.get(id)!);
      expect(event.net_positions).toEqual(change);
      return;
    }
    default:
      fold.apply(event);
  }
}

describe('money', () => {
  property(
    'is conserved: balances add up to openings, allocated liquidity and shocks after every tick',
    80,
    anyWorkload(),
    (work) => {
      const opening = work.scenario.agents.reduce((sum, agent) => sum + agent.opening_balance, 0);
      const fold = new LogFold(work.scenario);
      for (const { after, callEvents, events } of observe(work).ticks) {
        fold.applyAll([...callEvents, ...events]);
        const agents = [...after.agents.values()];
        const allocated = agents.reduce((sum, agent) => sum + agent.allocated_liquidity, 0);
        expect(agents.reduce((sum, agent) => sum + agent.balance, 0)).toBe(opening + allocated + fold.shocked);
      }
    },
  );

  property(
    'follows from the log: every stated balance, and every balance at the end of every tick',
    80,
    anyWorkload(),
    (work) => {
      const fold = new LogFold(work.scenario);
      for (const { after, callEvents, events } of observe(work).ticks) {
        fold.announce([...callEvents, ...events]);
        for (const event of [...callEvents, ...events]) expectStatedBalances(fold, event);
        expect(fold.storeIsEmpty).toBe(true);
        for (const agent of after.agents.values()) {
          expect(agent.balance).toBe(fold.bank(agent.agent_id).balance);
          expect(agent.allocated_liquidity).toBe(fold.bank(agent.agent_id).allocated);
        }
      }
    },
  );

  property(
    'of the pool comes back each evening as it was brought in, the first day included',
    60,
    anyWorkload({ arrivals: false }),
    (work) => {
      const { daily_liquidity_reallocation: daily = true, agents } = work.scenario;
      const allocated = new Map<string, EventOf<'LiquidityAllocation'>>();
      const { ticks } = observe(work);
      for (const { callEvents, day, events, startsDay, tick } of ticks) {
        const allocations = [...callEvents, ...events].filter((event) => event.event_type === 'LiquidityAllocation');
        const pools = agents.filter((agent) => agent.liquidity_pool !== undefined);
        expect(allocations).toHaveLength(startsDay && (daily || tick === 0) ? pools.length : 0);
        for (const event of allocations) {
          const agent = agents.find(({ id }) => id === event.agent_id)!;
          expect(event).toMatchObject({ day, amount: Math.floor(agent.liquidity_pool! * event.fraction) });
          allocated.set(event.agent_id, event);
        }
        for (const event of events) {
          if (event.event_type !== 'LiquidityReturn') continue;
          expect(event.amount).toBe(allocated.get(event.agent_id)!.amount);
          expect(event.amount).toBeGreaterThan(0);
        }
      }
    },
  );

  property('moves between banks in no other way than by payments and transfers', 60, anyWorkload(), (work) => {
    for (const { before, beforeCalls } of observe(work).ticks) {
      for (const [id, agent] of before.agents) expect(agent.balance).toBe(beforeCalls.agents.get(id)!.balance);
    }
  });
});

describe('credit and collateral', () => {
  property('of every bank are those of the formulas of spec 01 §4.3', 80, anyWorkload(), (work) => {
    const fold = new LogFold(work.scenario);
    for (const { after, callEvents, events } of observe(work).ticks) {
      fold.applyAll([...callEvents, ...events]);
      for (const state of after.agents.values()) {
        const { balance, collateral_haircut, posted_collateral: posted, unsecured_cap: cap } = state;
        const weight = Math.max(1 - collateral_haircut, 0);
        const limit = Math.floor(posted * weight) + cap;
        const used = Math.max(-balance, 0);
        const document = work.scenario.agents.find(({ id }) => id === state.agent_id)!;
        const capacity = document.max_collateral_capacity ?? 10 * cap;
        expect(state).toMatchObject({
          collateral_haircut: fold.bank(state.agent_id).haircut,
          credit_used: used,
          allowed_overdraft_limit: limit,
          overdraft_headroom: limit - used,
          available_liquidity: Math.max(balance, 0) + Math.max(limit - used, 0),
          max_collateral_capacity: capacity,
          remaining_collateral_capacity: capacity - posted,
          max_withdrawable_collateral:
            weight <= 0 ? posted : Math.max(posted - Math.ceil((used - Math.min(cap, used)) / weight), 0),
          queue1_size: after.queue1.get(state.agent_id)!.length,
        });
      }
    }
  });

  property(
    'follow from the log; postings respect the capacity, withdrawals by policies the credit in use',
    80,
    anyWorkload(),
    (work) => {
      const fold = new LogFold(work.scenario);
      for (const { after, callEvents, events } of observe(work).ticks) {
        fold.announce([...callEvents, ...events]);
        for (const event of [...callEvents, ...events]) {
          expectSoundCollateral(fold, event);
          fold.apply(event);
          // Collateral that counts for nothing may always be withdrawn by hand (spec 03 §1).
          if (event.event_type === 'CollateralWithdraw' && event.reason !== 'ManualWithdraw')
            expect(fold.limit(event.agent_id)).toBeGreaterThanOrEqual(-fold.bank(event.agent_id).balance);
        }
        for (const agent of after.agents.values()) {
          expect(agent.posted_collateral).toBe(fold.bank(agent.agent_id).posted);
          expect(agent.posted_collateral).toBeGreaterThanOrEqual(0);
          expect(agent.unsecured_cap).toBe(fold.bank(agent.agent_id).unsecuredCap);
        }
      }
    },
  );

  property(
    'let policies withdraw as much as the credit in use allows, and not a cent more',
    320,
    pledges,
    ({ cap, haircut, posted, used, wanted }) => {
      const tree = { type: 'action', node_id: 'A1', action: 'WithdrawCollateral', parameters: { amount: { value: wanted } } };
      const simulation = Simulation.create({
        simulation: { ticks_per_day: 1, num_days: 1, rng_seed: 1 },
        agents: [
          {
            id: 'A',
            opening_balance: -used,
            unsecured_cap: cap,
            posted_collateral: posted,
            collateral_haircut: haircut,
            policy: { type: 'Inline', decision_trees: { version: '1.0', policy_id: 'x', strategic_collateral_tree: tree } },
          },
        ],
      });
      simulation.tick();
      const kept = simulation.agent('A').posted_collateral;
      const covers = (collateral: number): boolean =>
        Math.floor(collateral * Math.max(1 - haircut, 0)) >= Math.max(used - cap, 0);
      expect(kept).toBeGreaterThanOrEqual(Math.max(posted - wanted, 0));
      expect(kept).toBeLessThanOrEqual(posted);
      if (kept < posted) expect(covers(kept)).toBe(true);
      if (kept > Math.max(posted - wanted, 0)) expect(covers(kept - 1)).toBe(false);
    },
  );

  property('timers belong to earlier postings and fire once', 60, anyWorkload(), (work) => {
    const posts: EventOf<'CollateralPost'>[] = [];
    for (const { callEvents, events, tick } of observe(work).ticks) {
      for (const event of [...callEvents, ...events]) {
        if (event.event_type === 'CollateralPost') posts.push(event);
        if (event.event_type !== 'CollateralTimerWithdrawn' && event.event_type !== 'CollateralTimerBlocked') continue;
        const at = posts.findIndex(
          (post) =>
            post.agent_id === event.agent_id && post.tick === event.posted_at_tick && post.reason === event.original_reason,
        );
        expect(at).toBeGreaterThanOrEqual(0);
        const [post] = posts.splice(at, 1);
        expect(event.posted_at_tick).toBeLessThanOrEqual(tick);
        if (event.event_type === 'CollateralTimerBlocked') expect(event.requested_amount).toBe(post!.amount);
        else expect(event.amount).toBeLessThanOrEqual(post!.amount);
      }
    }
  });

  property('records tell the true values around every decision', 60, anyWorkload(), (work) => {
    const { simulation, ticks } = observe(work);
    const records = ticks.filter(({ startsDay }) => startsDay).flatMap(({ day }) => simulation.collateralRecords(day));
    const moves = records.filter(({ action }) => action !== 'hold');
    const log = [...simulation.events];
    const events = log.filter(({ event_type }) =>
      ['CollateralPost', 'CollateralWithdraw', 'CollateralTimerWithdrawn'].includes(event_type),
    );
    expect(
      moves.map(({ agent_id, amount, posted_collateral_after, tick }) => [tick, agent_id, amount, posted_collateral_after]),
    ).toEqual(
      (events as EventOf<'CollateralPost'>[]).map(({ agent_id, amount, new_total, tick }) => [tick, agent_id, amount, new_total]),
    );
    for (const record of records) {
      const sign = { post: 1, withdraw: -1, hold: 0 }[record.action];
      expect(record.posted_collateral_after - record.posted_collateral_before).toBe(sign * record.amount);
      expect(record.amount > 0).toBe(record.action !== 'hold');
      expect(record.day).toBe(Math.floor(record.tick / work.scenario.simulation.ticks_per_day));
    }
  });
});

function expectSoundCollateral(fold: LogFold, event: SimulationEvent): void {
  switch (event.event_type) {
    case 'CollateralPost': {
      const { posted } = fold.bank(event.agent_id);
      expect(event.amount).toBeGreaterThan(0);
      expect(event.new_total).toBe(posted + event.amount);
      if (event.reason === 'ManualPost') return;
      expect(POLICY_REASONS).toContain(event.reason);
      expect(event.new_total).toBeLessThanOrEqual(fold.capacity(event.agent_id));
      return;
    }
    case 'CollateralWithdraw': {
      const { posted } = fold.bank(event.agent_id);
      expect(event.amount).toBeGreaterThan(0);
      expect(event.new_total).toBe(posted - event.amount);
      expect([...POLICY_REASONS, 'ManualWithdraw']).toContain(event.reason);
      return;
    }
    case 'CollateralTimerWithdrawn': {
      const { balance, haircut, posted, unsecuredCap } = fold.bank(event.agent_id);
      const weight = Math.max(1 - haircut, 0);
      const target = Math.max(-balance, 0) + 100;
      const required = weight <= 0 ? 0 : Math.ceil((target - Math.min(unsecuredCap, target)) / weight);
      expect(event.amount).toBeGreaterThan(0);
      expect(event.new_total).toBe(posted - event.amount);
      expect(event.new_total).toBeGreaterThanOrEqual(Math.min(required, posted));
      return;
    }
    case 'RtgsImmediateSettlement':
      // Gross settlement never takes a bank beyond its credit.
      if (event.sender !== event.receiver || isSynthetic(event))
        expect(event.sender_balance_after).toBeGreaterThanOrEqual(-fold.limit(event.sender));
  }
}
