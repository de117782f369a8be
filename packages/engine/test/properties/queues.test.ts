import { describe, expect } from 'vitest';
import { observe } from './drive.js';
import { effectivelySettled, LogFold, partsOf, scheduledTick } from './fold.js';
import { parsed } from './grammar.js';
import { property } from './property.js';
import { anyWorkload, workload } from './scenarios.js';

describe('queues', () => {
  property('hold, in order, what the log says', 80, anyWorkload(), (work) => {
    for (const { fold, observed } of parsed(observe(work))) {
      const { after } = observed;
      expect(after.queue2).toEqual(fold.queue2);
      for (const bank of fold.banks.values()) expect(after.queue1.get(bank.id)).toEqual(bank.queue1);
    }
  });

  property('hold, before a tick, what calls have done to them', 60, anyWorkload(), (work) => {
    const fold = new LogFold(work.scenario);
    const sorted = (ids: readonly string[]): string[] => [...ids].sort();
    for (const { before, callEvents, events } of observe(work).ticks) {
      fold.announce([...callEvents, ...events]);
      for (const event of callEvents) fold.apply(event);
      expect(before.queue2).toEqual(fold.queue2);
      for (const bank of fold.banks.values()) expect(sorted(before.queue1.get(bank.id)!)).toEqual(sorted(bank.queue1));
      for (const event of events) fold.apply(event);
      fold.endTick();
    }
  });

  property('hold every payment at most once, and only open payments of the right bank', 80, anyWorkload(), (work) => {
    for (const { after, before } of observe(work).ticks) {
      for (const { queue1, queue2, transactions } of [before, after]) {
        const all = [...queue2, ...[...queue1.values()].flat()];
        expect(new Set(all).size).toBe(all.length);
        const isOpen = (id: string): boolean =>
          transactions.get(id)!.remaining_amount > 0 && transactions.get(id)!.status !== 'Settled';
        expect(all.filter((id) => !isOpen(id))).toEqual([]);
        for (const [bank, ids] of queue1) expect(ids.filter((id) => transactions.get(id)!.sender_id !== bank)).toEqual([]);
      }
    }
  });

  property('miss only payments that are settled, dropped, cancelled or split', 80, anyWorkload(), (work) => {
    for (const { fold, observed } of parsed(observe(work))) {
      const { queue1, queue2, transactions } = observed.after;
      const queued = new Set([...queue2, ...[...queue1.values()].flat()]);
      const wrong = [...transactions.values()].filter(({ status, tx_id }) => {
        const { cancelled, children, dropped } = fold.payment(tx_id);
        return queued.has(tx_id) !== (status !== 'Settled' && !dropped && !cancelled && children.length === 0);
      });
      expect(wrong).toEqual([]);
    }
  });

  property('of the system keep their order: first in, first out, or by band and submission', 80, anyWorkload(), (work) => {
    const { priority_mode = false } = work.scenario;
    const band = (priority: string | null): number => ['HighlyUrgent', 'Urgent', 'Normal'].indexOf(priority ?? 'Normal');
    for (const { after, events } of observe(work).ticks) {
      if (priority_mode) {
        const keys = after.queue2
          .map((id) => after.transactions.get(id)!)
          .map((t) => [band(t.rtgs_priority), t.rtgs_submission_tick ?? Infinity]);
        for (let i = 1; i < keys.length; i++) {
          const [x, y] = [keys[i - 1]!, keys[i]!];
          expect(x[0]! < y[0]! || (x[0] === y[0] && x[1]! <= y[1]!)).toBe(true);
        }
      } else {
        const joined = events.flatMap((event) => (event.event_type === 'QueuedRtgs' ? [event.tx_id] : []));
        expect(after.queue2.filter((id) => joined.includes(id))).toEqual(joined.filter((id) => after.queue2.includes(id)));
      }
    }
  });

  property('release scheduled payments on their tick and touch them never before', 100, workload(), (work) => {
    const due = new Map<string, number>();
    const { ticks } = observe(work);
    for (const { events, tick } of ticks) {
      for (const event of events) {
        if (event.event_type === 'PolicyHold' && scheduledTick(event.reason) !== null) {
          expect(due.has(event.tx_id)).toBe(false);
          due.set(event.tx_id, scheduledTick(event.reason)!);
        } else if (event.event_type === 'RtgsSubmission' && due.has(event.tx_id)) {
          expect(tick).toBe(due.get(event.tx_id));
          due.delete(event.tx_id);
        } else if ('tx_id' in event && due.has(event.tx_id)) {
          expect(['PriorityEscalated', 'TransactionWentOverdue']).toContain(event.event_type);
        }
      }
      for (const later of due.values()) expect(later).toBeGreaterThan(tick);
    }
    const waiting = ticks.at(-1)!.after.transactions;
    for (const [id, tick] of due) expect(waiting.get(id)!.scheduled_release_tick).toBe(tick);
  });

  property('see every payment queued centrally before it is released from there', 60, anyWorkload(), (work) => {
    const queued = new Set<string>();
    for (const { callEvents, events } of observe(work).ticks) {
      for (const event of [...callEvents, ...events]) {
        if (event.event_type === 'QueuedRtgs') queued.add(event.tx_id);
        if (event.event_type === 'RtgsSubmission') expect(queued.has(event.tx_id)).toBe(false);
        if (event.event_type === 'Queue2LiquidityRelease') expect(queued.delete(event.tx_id)).toBe(true);
        if (event.event_type === 'RtgsWithdrawal') expect(queued.delete(event.tx_id)).toBe(true);
        if (event.event_type === 'EntryDispositionOffset') expect(queued.delete(event.queued_tx_id)).toBe(true);
        if (event.event_type === 'LsmBilateralOffset')
          for (const id of new Set(event.tx_ids)) expect(queued.delete(id)).toBe(true);
        if (event.event_type === 'LsmCycleSettlement') for (const id of event.tx_ids) expect(queued.delete(id)).toBe(true);
      }
    }
  });
});

describe('payments', () => {
  property('are what the log says of them', 50, anyWorkload(), (work) => {
    for (const { fold, observed } of parsed(observe(work))) {
      expect(observed.after.transactions.size).toBe(fold.payments.size);
      for (const found of observed.after.transactions.values()) {
        const payment = fold.payment(found.tx_id);
        const settledParts = payment.children.filter((id) => fold.payment(id).settledTick !== null);
        const paid = settledParts.reduce((sum, id) => sum + fold.payment(id).amount, 0);
        const settled = payment.settledTick !== null || (payment.children.length > 0 && paid === payment.amount);
        expect(found).toMatchObject({
          parent_tx_id: payment.parent,
          sender_id: payment.sender,
          receiver_id: payment.receiver,
          amount: payment.amount,
          remaining_amount: payment.settledTick !== null ? 0 : payment.amount - paid,
          arrival_tick: payment.arrivalTick,
          deadline_tick: payment.deadline,
          original_priority: payment.originalPriority,
          status: settled ? 'Settled' : payment.overdueSince === null ? 'Pending' : 'Overdue',
          overdue_since_tick: settled ? null : payment.overdueSince,
          rtgs_priority: payment.rtgsPriority,
          rtgs_submission_tick: payment.submissionTick,
          scheduled_release_tick: payment.scheduledTick,
        });
        const lastPart = Math.max(-1, ...settledParts.map((id) => fold.payment(id).settledTick!));
        expect(found.settlement_tick).toBe(payment.settledTick ?? (settled ? lastPart : null));
      }
    }
  });

  property('keep within their bounds', 80, anyWorkload(), (work) => {
    const states = new Map<string, string>();
    for (const { after } of observe(work).ticks) {
      for (const t of after.transactions.values()) {
        const before = states.get(t.tx_id);
        const bounds = {
          amount: t.amount > 0 && t.remaining_amount >= 0 && t.remaining_amount <= t.amount,
          priority: [t.priority, t.original_priority].every(
            (priority) => Number.isInteger(priority) && priority >= 0 && priority <= 10,
          ),
          deadline: t.deadline_tick > t.arrival_tick,
          status: (t.status === 'Settled') === (t.remaining_amount === 0),
          history: (before !== 'Settled' || t.status === 'Settled') && (before !== 'Overdue' || t.status !== 'Pending'),
        };
        if (!Object.values(bounds).every(Boolean))
          throw new Error(`${JSON.stringify(t)} was ${before}: ${JSON.stringify(bounds)}`);
        states.set(t.tx_id, t.status);
      }
    }
  });

  property('that are split become parts of the same value, and wait in no queue again', 80, anyWorkload(), (work) => {
    const { simulation, ticks } = observe(work);
    const parents = partsOf(simulation.events);
    const all = new Map(simulation.transactions().map((transaction) => [transaction.tx_id, transaction]));
    const parts = new Map<string, number[]>();
    for (const [child, parent] of parents) parts.set(parent, [...(parts.get(parent) ?? []), all.get(child)!.amount]);
    for (const [parent, amounts] of parts) {
      const { amount } = all.get(parent)!;
      expect(amounts.reduce((sum, part) => sum + part, 0)).toBe(amount);
      expect(amounts.length).toBeGreaterThanOrEqual(2);
      expect(Math.min(...amounts)).toBeGreaterThanOrEqual(1);
      for (const part of amounts.slice(0, -1)) expect(part).toBe(Math.floor(amount / amounts.length));
    }
    const split = new Set<string>();
    for (const { after, events } of ticks) {
      for (const parent of partsOf(events).values()) split.add(parent);
      for (const id of [...after.queue2, ...[...after.queue1.values()].flat()]) expect(split.has(id)).toBe(false);
    }
  });

  property('that are final are let go, open ones kept, in runs that release their history', 60, anyWorkload(), (work) => {
    const kept = observe(work);
    const fold = new LogFold(work.scenario);
    for (const { callEvents, events } of kept.ticks) fold.applyAll([...callEvents, ...events]);
    const open = [...fold.payments.keys()].filter((id) => !effectivelySettled(fold.payments, id));
    const { columns, length } = kept.simulation.openTransactions();
    const number = (id: string): number => Number(id.slice(1));
    expect([...columns.tx.slice(0, length)]).toEqual(open.map(number));
  });
});
