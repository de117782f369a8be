import { counted, holdReason, money, type EventType, type SimulationEvent } from '@simcash/protocol';
import { BLOCKED } from './event-words.js';

/** Something that happened to a payment. */
export interface LifeStep {
  /** Ticks are counted from 0 over all days. */
  readonly tick: number;
  /** A sentence about the payment, without its id. */
  readonly text: string;
}

type Sentences = {
  [T in EventType]?: (event: Extract<SimulationEvent, { event_type: T }>, id: string) => string | null;
};

const others = (ids: readonly string[]): number => new Set(ids).size - 1;

/** What each event says of a payment that it names; null where it says nothing new. */
const SENTENCES: Sentences = {
  Arrival: (e) =>
    `arrives: ${e.sender_id} owes ${e.receiver_id} ${money(e.amount)} by the end of tick ${e.deadline}, priority ${e.priority}${e.external_ref == null ? '' : `, reference ${e.external_ref}`}`,
  RtgsSubmission: (e) =>
    `is released by its bank to the central system${e.rtgs_priority === 'Normal' ? '' : `, RTGS priority ${e.rtgs_priority}`}`,
  PolicyHold: (e) => `is kept back by its bank: ${holdReason(e.reason).sentence}`,
  PolicyDrop: (e) => `is given up by its bank: ${e.reason}`,
  PolicySplit: (e, id) =>
    e.tx_id === id ? `is cut into ${e.num_splits} parts: ${e.child_ids.join(', ')}` : `is a part of ${e.tx_id}`,
  TransactionReprioritized: (e) => `gets priority ${e.new_priority} from its bank, before ${e.old_priority}`,
  PriorityEscalated: (e) => `gets priority ${e.escalated_priority}: ${counted(e.ticks_until_deadline, 'tick')} to its deadline`,
  RtgsImmediateSettlement: () => 'settles at once',
  QueuedRtgs: () => 'joins the central queue',
  EntryBlocked: (e, id) =>
    e.tx_id === id
      ? `does not settle at entry: ${(e.reasons ?? []).map((reason) => BLOCKED[reason] ?? reason.replaceAll('_', ' ')).join(', ')}${e.blocking_tx_id === null ? '' : ` (${e.blocking_tx_id} stands before it)`}`
      : null,
  BilateralLimitExceeded: (e) =>
    `exceeds the limit of ${e.sender} for ${e.receiver}: ${money(e.current_bilateral_outflow)} of ${money(e.bilateral_limit)} are used`,
  MultilateralLimitExceeded: (e) =>
    `exceeds the limit of ${e.sender} for the day: ${money(e.current_total_outflow)} of ${money(e.multilateral_limit)} are used`,
  TransactionWentOverdue: (e) =>
    `is found late: its deadline was tick ${e.deadline_tick}${e.deadline_penalty_cost > 0 ? `, which costs ${money(e.deadline_penalty_cost)}` : ''}`,
  OverdueTransactionSettled: (e) => `had been late for ${counted(e.total_ticks_overdue, 'tick')}`,
  Queue2LiquidityRelease: (e) => `settles from the central queue, where it waited ${counted(e.queue_wait_ticks, 'tick')}`,
  RtgsWithdrawal: () => 'is taken back from the central queue by its bank',
  RtgsResubmission: (e) => `is released again by its bank, RTGS priority ${e.new_rtgs_priority}`,
  LsmBilateralOffset: (e) =>
    `settles in an offset between ${e.agent_a} and ${e.agent_b}, with ${counted(others(e.tx_ids), 'other payment')}`,
  LsmCycleSettlement: (e) =>
    `settles in a cycle of ${[...new Set(e.agents)].join(' → ')}, with ${counted(others(e.tx_ids), 'other payment')}`,
  LsmNettedSettlement: (e) =>
    `settles in a set of ${e.algorithm.replaceAll('_', ' ')}, with ${counted(others(e.tx_ids), 'other payment')}`,
  EntryDispositionOffset: (e, id) =>
    e.incoming_tx_id === id
      ? `settles at entry against ${e.queued_tx_id}, which waited`
      : `settles against ${e.incoming_tx_id}, which has just come in`,
  DeferredCreditApplied: (e) => `reaches the account of ${e.agent_id}`,
  PaymentCancelled: (e) =>
    `is cancelled: it still waited in ${e.queue === 'queue1' ? 'its bank’s own' : 'the central'} queue when the day ended`,
  SettlementUnwound: () => 'goes back to its bank: the batch could not be covered',
};

/** The life of a payment in sentences, from the events that name it, in the order of the log. */
export function paymentLife(id: string, events: Iterable<SimulationEvent>): LifeStep[] {
  const steps: LifeStep[] = [];
  for (const event of events) {
    const sentence = SENTENCES[event.event_type] as ((e: SimulationEvent, id: string) => string | null) | undefined;
    const text = sentence?.(event, id) ?? null;
    const last = steps.at(-1);
    // What is decided again and again is told once, with the tick in which it began.
    if (text !== null && last?.text !== text) steps.push({ tick: event.tick, text });
  }
  return steps;
}
