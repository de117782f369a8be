import { describe, expect } from 'vitest';
import type { SimulationEvent } from './engine.js';
import { observe, type ObservedTick } from './drive.js';
import { LogFold, settledIds } from './fold.js';
import { parsed } from './grammar.js';
import { SETTLEMENT_EVENTS, type SettlementModel } from './oracle.js';
import { property } from './property.js';
import { workload } from './scenarios.js';
import { modelPayment, settlementModel } from './whole-run.js';

/** Whether it is the settlement of a scenario event, which has no payment. */
function isScheduled(event: SimulationEvent): boolean {
  return event.event_type === 'RtgsImmediateSettlement' && event.tx_id.startsWith('scheduled_settlement_');
}

/** Compares a tick of the engine with what the plain model made of the state before its settlement. */
function compareWithModel(
  model: SettlementModel,
  expected: readonly object[],
  { after, endsDay, events, result }: ObservedTick,
): void {
  const found = events.filter((event) => SETTLEMENT_EVENTS.has(event.event_type) && !isScheduled(event));
  expect(found.map((event) => JSON.stringify(event))).toEqual(expected.map((event) => JSON.stringify(event)));
  expect(after.queue2).toEqual(model.queue.map(({ id }) => id));
  expect([result.num_settlements, result.num_lsm_releases]).toEqual([model.numSettlements, model.numLsmReleases]);
  // At the end of a day liquidity goes back to the pools.
  if (!endsDay) for (const [id, bank] of model.banks) expect(after.agents.get(id)!.balance).toBe(bank.balance);
}

describe('settlement', () => {
  property('of every tick of every scenario is that of the plain model', 100, workload({ minBanks: 2 }), (work) => {
    const run = observe(work);
    let settled: { model: SettlementModel; events: object[] };
    let tick = 0;
    const settle = (fold: LogFold): void => {
      const model = settlementModel(work.scenario, fold);
      const released = fold.pending.map((id) => modelPayment(fold, id));
      settled = { model, events: model.run(tick++, released) };
    };
    for (const { observed } of parsed(run, settle)) compareWithModel(settled!.model, settled!.events, observed);
  });

  property(
    'gross keeps within credit and limits, and refuses only what breaks one of them',
    100,
    workload({ minBanks: 2 }),
    (work) => {
      const fold = new LogFold(work.scenario);
      for (const { callEvents, events } of observe(work).ticks) {
        fold.announce([...callEvents, ...events]);
        for (const event of [...callEvents, ...events]) {
          const { event_type } = event;
          const gross =
            event_type === 'Queue2LiquidityRelease' || (event_type === 'RtgsImmediateSettlement' && !isScheduled(event));
          if (gross) expect(refusals(fold, event.tx_id)).toEqual([]);
          if (event_type === 'QueuedRtgs') expect(refusals(fold, event.tx_id)).not.toEqual([]);
          if (event_type === 'BilateralLimitExceeded') expect(refusals(fold, event.tx_id)).toContain('bilateral');
          if (event_type === 'MultilateralLimitExceeded') expect(refusals(fold, event.tx_id)).toContain('multilateral');
          if (event_type === 'EntryDispositionOffset') expect(refusals(fold, event.incoming_tx_id)).toEqual(['credit']);
          fold.apply(event);
        }
      }
    },
  );

  property('together is all or nothing, and leaves net payers within their credit', 100, workload({ minBanks: 2 }), (work) => {
    if (work.scenario.deferred_crediting) return;
    const fold = new LogFold(work.scenario);
    for (const { callEvents, events } of observe(work).ticks) {
      fold.announce([...callEvents, ...events]);
      for (const event of [...callEvents, ...events]) {
        const before = new Map([...fold.banks].map(([id, { balance }]) => [id, balance]));
        fold.apply(event);
        if (!['LsmBilateralOffset', 'LsmCycleSettlement', 'EntryDispositionOffset'].includes(event.event_type)) continue;
        for (const [id, { balance }] of fold.banks) {
          if (balance < before.get(id)!) expect(balance).toBeGreaterThanOrEqual(-fold.limit(id));
        }
      }
    }
  });

  property(
    'leaves a bank’s outflow of the day at the sum of its payments, zero in the morning',
    80,
    workload({ minBanks: 2 }),
    (work) => {
      const run = observe(work);
      const paid = new Map(work.scenario.agents.map(({ id }) => [id, 0]));
      const totals = new Map<string, number>();
      for (const { fold, observed } of parsed(run)) {
        for (const id of observed.events.flatMap(settledIds)) {
          const { amount, sender } = fold.payment(id);
          paid.set(sender, paid.get(sender)! + amount);
        }
        for (const [id, { bilateralOutflows, totalOutflow }] of fold.banks) {
          if (observed.endsDay) paid.set(id, 0);
          expect(totalOutflow).toBe(paid.get(id));
          expect([...bilateralOutflows.values()].reduce((sum, cents) => sum + cents, 0)).toBe(totalOutflow);
          totals.set(id, totalOutflow);
        }
      }
      // The queries tell the same at the end of the run.
      for (const id of run.simulation.agentIds) expect(run.simulation.agentOutflows(id).total_outflow).toBe(totals.get(id));
    },
  );

  property('is counted per tick as spec 03 says', 80, workload({ minBanks: 2 }), (work) => {
    for (const { events, result } of observe(work).ticks) {
      const count = (type: string): number => events.filter((event) => event.event_type === type && !isScheduled(event)).length;
      const lsm = count('LsmBilateralOffset') + count('LsmCycleSettlement');
      expect(result.num_lsm_releases).toBe(lsm);
      const gross = count('RtgsImmediateSettlement') + count('Queue2LiquidityRelease');
      expect(result.num_settlements).toBe(gross + 2 * count('EntryDispositionOffset') + lsm);
      expect(count('LsmCycleSettlement')).toBeLessThanOrEqual(3 * (work.scenario.lsm_config?.max_cycles_per_tick ?? 10));
    }
  });

  property('deferred lets no balance rise within a tick', 80, workload({ minBanks: 2 }), (work) => {
    const scenario = { ...work.scenario, deferred_crediting: true };
    const fold = new LogFold(scenario);
    for (const { callEvents, events } of observe({ ...work, scenario }).ticks) {
      fold.announce([...callEvents, ...events]);
      for (const event of [...callEvents, ...events]) {
        const before = new Map([...fold.banks].map(([id, { balance }]) => [id, balance]));
        fold.apply(event);
        if (settledIds(event).length === 0) continue;
        for (const [id, { balance }] of fold.banks) expect(balance).toBeLessThanOrEqual(before.get(id)!);
      }
    }
  });

  property(
    'goes on where nothing has changed: nothing settles, nothing is said',
    40,
    workload({ minBanks: 2, policies: 'fifo' }),
    (work) => {
      const run = observe(work);
      const isActivity = ({ event_type }: SimulationEvent): boolean =>
        SETTLEMENT_EVENTS.has(event_type) && event_type !== 'AlgorithmExecution';
      const changes = new Set([
        'LiquidityAllocation',
        'ScenarioEventExecuted',
        'Arrival',
        'RtgsSubmission',
        'RtgsWithdrawal',
        'CollateralPost',
      ]);
      run.ticks.slice(1).forEach(({ callEvents, events, startsDay }, i) => {
        if (startsDay || run.ticks[i]!.events.some(isActivity)) return;
        if ([...callEvents, ...events].some(({ event_type }) => changes.has(event_type))) return;
        expect(events.filter(isActivity)).toEqual([]);
      });
    },
  );
});

/** What stands against settling a payment gross right now. */
function refusals(fold: LogFold, id: string): string[] {
  const { amount, receiver, sender } = fold.payment(id);
  const { bilateralOutflows, document, totalOutflow } = fold.bank(sender);
  const bilateral = document.limits?.bilateral_limits?.[receiver];
  const multilateral = document.limits?.multilateral_limit;
  return [
    ...(amount <= fold.available(sender) ? [] : ['credit']),
    ...(bilateral === undefined || (bilateralOutflows.get(receiver) ?? 0) + amount <= bilateral ? [] : ['bilateral']),
    ...(multilateral === undefined || totalOutflow + amount <= multilateral ? [] : ['multilateral']),
  ];
}
