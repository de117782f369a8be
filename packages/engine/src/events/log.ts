import { DROP_REASONS, EVENT_CODE, LISTED_ARRIVAL_CODE, type Costs } from '@simcash/protocol';
import { EventTape } from './event-tape.js';

/** Logs the events of the running tick: one method per event, arguments in log order. */
export class EventLog extends EventTape {
  arrival(
    tx: number,
    sender: number,
    receiver: number,
    amount: number,
    deadline: number,
    priority: number,
    divisible: boolean,
  ): void {
    const at = this.begin(EVENT_CODE.Arrival, 7);
    const tape = this.tape;
    tape[at] = tx;
    tape[at + 1] = sender;
    tape[at + 2] = receiver;
    tape[at + 3] = amount;
    tape[at + 4] = deadline;
    tape[at + 5] = priority;
    tape[at + 6] = divisible ? 1 : 0;
  }

  /** An arrival in a run with a payment list. */
  listedArrival(
    tx: number,
    sender: number,
    receiver: number,
    amount: number,
    deadline: number,
    priority: number,
    divisible: boolean,
    arrivalSeq: number,
    reference: string | null,
  ): void {
    const at = this.begin(LISTED_ARRIVAL_CODE, 9);
    const tape = this.tape;
    tape[at] = tx;
    tape[at + 1] = sender;
    tape[at + 2] = receiver;
    tape[at + 3] = amount;
    tape[at + 4] = deadline;
    tape[at + 5] = priority;
    tape[at + 6] = divisible ? 1 : 0;
    tape[at + 7] = arrivalSeq;
    tape[at + 8] = reference === null ? -1 : this.texts.once(reference);
  }

  rtgsSubmission(
    tx: number,
    sender: number,
    receiver: number,
    amount: number,
    internalPriority: number,
    rtgsPriority: string,
  ): void {
    const at = this.begin(EVENT_CODE.RtgsSubmission, 6);
    const tape = this.tape;
    tape[at] = tx;
    tape[at + 1] = sender;
    tape[at + 2] = receiver;
    tape[at + 3] = amount;
    tape[at + 4] = internalPriority;
    tape[at + 5] = this.texts.keep(rtgsPriority);
  }

  policySubmit(agent: number, tx: number): void {
    this.write2(EVENT_CODE.PolicySubmit, agent, tx);
  }

  /** `reason` is a code of {@link texts}. */
  policyHold(agent: number, tx: number, reason: number): void {
    this.write3(EVENT_CODE.PolicyHold, agent, tx, reason);
  }

  policyDrop(agent: number, tx: number): void {
    this.write3(EVENT_CODE.PolicyDrop, agent, tx, this.texts.keep(DROP_REASONS[0]));
  }

  /** The parts are the payments numbered `firstChild`, `firstChild + 1`, … */
  policySplit(agent: number, tx: number, parts: number, firstChild: number): void {
    const at = this.begin(EVENT_CODE.PolicySplit, 4 + parts);
    const tape = this.tape;
    tape[at] = agent;
    tape[at + 1] = tx;
    tape[at + 2] = parts;
    tape[at + 3] = parts;
    for (let i = 0; i < parts; i++) tape[at + 4 + i] = firstChild + i;
  }

  transactionReprioritized(agent: number, tx: number, oldPriority: number, newPriority: number): void {
    this.write4(EVENT_CODE.TransactionReprioritized, agent, tx, oldPriority, newPriority);
  }

  priorityEscalated(tx: number, sender: number, original: number, escalated: number, ticksLeft: number, boost: number): void {
    this.write6(EVENT_CODE.PriorityEscalated, tx, sender, original, escalated, ticksLeft, boost);
  }

  bankBudgetSet(agent: number, max: number, focus: readonly string[] | null, maxPerCounterparty: number | null): void {
    const length = focus?.length ?? 0;
    const at = this.begin(EVENT_CODE.BankBudgetSet, 4 + length);
    const tape = this.tape;
    tape[at] = agent;
    tape[at + 1] = max;
    tape[at + 2] = focus === null ? -1 : length;
    for (let i = 0; i < length; i++) tape[at + 3 + i] = this.texts.keep(focus![i]!);
    tape[at + 3 + length] = maxPerCounterparty ?? NaN;
  }

  stateRegisterSet(agent: number, key: string, oldValue: number, newValue: number, reason: string, path: string | null): void {
    const { texts } = this;
    const pathCode = path === null ? -1 : texts.keep(path);
    this.write6(EVENT_CODE.StateRegisterSet, agent, texts.keep(key), oldValue, newValue, texts.keep(reason), pathCode);
  }

  collateralPost(agent: number, amount: number, reason: string, newTotal: number): void {
    this.write4(EVENT_CODE.CollateralPost, agent, amount, this.texts.keep(reason), newTotal);
  }

  collateralWithdraw(agent: number, amount: number, reason: string, newTotal: number): void {
    this.write4(EVENT_CODE.CollateralWithdraw, agent, amount, this.texts.keep(reason), newTotal);
  }

  collateralTimerWithdrawn(agent: number, amount: number, originalReason: string, postedAt: number, newTotal: number): void {
    this.write5(EVENT_CODE.CollateralTimerWithdrawn, agent, amount, this.texts.keep(originalReason), postedAt, newTotal);
  }

  collateralTimerBlocked(agent: number, requested: number, reason: string, originalReason: string, postedAt: number): void {
    const { texts } = this;
    this.write5(EVENT_CODE.CollateralTimerBlocked, agent, requested, texts.once(reason), texts.keep(originalReason), postedAt);
  }

  rtgsImmediateSettlement(tx: number, sender: number, receiver: number, amount: number, before: number, after: number): void {
    this.write6(EVENT_CODE.RtgsImmediateSettlement, tx, sender, receiver, amount, before, after);
  }

  /** The settlement of a scenario event, which has no transaction: its id is a text of its own. */
  scheduledSettlement(id: string, sender: number, receiver: number, amount: number, before: number, after: number): void {
    this.rtgsImmediateSettlement(-this.texts.once(id) - 1, sender, receiver, amount, before, after);
  }

  queuedRtgs(tx: number, sender: number): void {
    this.write2(EVENT_CODE.QueuedRtgs, tx, sender);
  }

  bilateralLimitExceeded(sender: number, receiver: number, tx: number, amount: number, outflow: number, limit: number): void {
    this.write6(EVENT_CODE.BilateralLimitExceeded, sender, receiver, tx, amount, outflow, limit);
  }

  multilateralLimitExceeded(sender: number, tx: number, amount: number, outflow: number, limit: number): void {
    this.write5(EVENT_CODE.MultilateralLimitExceeded, sender, tx, amount, outflow, limit);
  }

  overdueTransactionSettled(
    tx: number,
    sender: number,
    receiver: number,
    amount: number,
    settled: number,
    deadline: number,
    overdueSince: number,
    ticksOverdue: number,
    penalty: number,
    estimatedDelayCost: number,
  ): void {
    const at = this.begin(EVENT_CODE.OverdueTransactionSettled, 10);
    const tape = this.tape;
    tape[at] = tx;
    tape[at + 1] = sender;
    tape[at + 2] = receiver;
    tape[at + 3] = amount;
    tape[at + 4] = settled;
    tape[at + 5] = deadline;
    tape[at + 6] = overdueSince;
    tape[at + 7] = ticksOverdue;
    tape[at + 8] = penalty;
    tape[at + 9] = estimatedDelayCost;
  }

  queue2LiquidityRelease(tx: number, sender: number, receiver: number, amount: number, waitTicks: number, reason: string): void {
    this.write6(EVENT_CODE.Queue2LiquidityRelease, tx, sender, receiver, amount, waitTicks, this.texts.keep(reason));
  }

  rtgsWithdrawal(tx: number, sender: number, originalPriority: string): void {
    this.write3(EVENT_CODE.RtgsWithdrawal, tx, sender, this.texts.keep(originalPriority));
  }

  rtgsResubmission(tx: number, sender: number, oldPriority: string, newPriority: string): void {
    this.write4(EVENT_CODE.RtgsResubmission, tx, sender, this.texts.keep(oldPriority), this.texts.keep(newPriority));
  }

  lsmBilateralOffset(a: number, b: number, txs: readonly number[], amountA: number, amountB: number): void {
    const at = this.begin(EVENT_CODE.LsmBilateralOffset, 6 + txs.length);
    this.tape[at] = a;
    this.tape[at + 1] = b;
    const next = this.list(at + 2, txs);
    this.tape[next] = amountA;
    this.tape[next + 1] = amountB;
    this.tape[next + 2] = amountA + amountB;
  }

  lsmCycleSettlement(
    agents: readonly number[],
    amounts: readonly number[],
    total: number,
    netPositions: readonly number[],
    maxNetOutflow: number,
    maxNetOutflowAgent: number,
    txs: readonly number[],
  ): void {
    const at = this.begin(EVENT_CODE.LsmCycleSettlement, 8 + agents.length + amounts.length + netPositions.length + txs.length);
    let next = this.list(at, agents);
    next = this.list(next, amounts);
    this.tape[next] = total;
    next = this.list(next + 1, netPositions);
    this.tape[next] = maxNetOutflow;
    this.tape[next + 1] = maxNetOutflowAgent;
    next = this.list(next + 2, txs);
    this.tape[next] = total;
  }

  entryDispositionOffset(
    incoming: number,
    queued: number,
    a: number,
    b: number,
    offset: number,
    incomingAmount: number,
    queuedAmount: number,
  ): void {
    const at = this.begin(EVENT_CODE.EntryDispositionOffset, 7);
    const tape = this.tape;
    tape[at] = incoming;
    tape[at + 1] = queued;
    tape[at + 2] = a;
    tape[at + 3] = b;
    tape[at + 4] = offset;
    tape[at + 5] = incomingAmount;
    tape[at + 6] = queuedAmount;
  }

  /** 1 queue retry, 2 bilateral offsetting, 3 cycles. */
  algorithmExecution(algorithm: 1 | 2 | 3, settlements: number, settledValue: number): void {
    const result = this.texts.keep(settlements > 0 ? 'Success' : 'NoProgress');
    this.write4(EVENT_CODE.AlgorithmExecution, algorithm, result, settlements, settledValue);
  }

  deferredCreditApplied(agent: number, amount: number, sources: readonly number[]): void {
    const at = this.begin(EVENT_CODE.DeferredCreditApplied, 3 + sources.length);
    this.tape[at] = agent;
    this.tape[at + 1] = amount;
    this.list(at + 2, sources);
  }

  transactionWentOverdue(
    tx: number,
    sender: number,
    receiver: number,
    amount: number,
    remaining: number,
    deadline: number,
    ticksOverdue: number,
    penalty: number,
  ): void {
    const at = this.begin(EVENT_CODE.TransactionWentOverdue, 8);
    const tape = this.tape;
    tape[at] = tx;
    tape[at + 1] = sender;
    tape[at + 2] = receiver;
    tape[at + 3] = amount;
    tape[at + 4] = remaining;
    tape[at + 5] = deadline;
    tape[at + 6] = ticksOverdue;
    tape[at + 7] = penalty;
  }

  costAccrual(agent: number, costs: Costs): void {
    const at = this.begin(EVENT_CODE.CostAccrual, 8);
    const tape = this.tape;
    tape[at] = agent;
    tape[at + 1] = costs.liquidity_cost;
    tape[at + 2] = costs.delay_cost;
    tape[at + 3] = costs.collateral_cost;
    tape[at + 4] = costs.penalty_cost;
    tape[at + 5] = costs.split_friction_cost;
    tape[at + 6] = costs.liquidity_opportunity_cost;
    tape[at + 7] = costs.total;
  }

  endOfDay(day: number, unsettled: number, penalties: number): void {
    this.write3(EVENT_CODE.EndOfDay, day, unsettled, penalties);
  }

  liquidityAllocation(day: number, agent: number, fraction: number, amount: number, balanceAfter: number): void {
    this.write5(EVENT_CODE.LiquidityAllocation, day, agent, fraction, amount, balanceAfter);
  }

  liquidityReturn(agent: number, amount: number, balanceAfter: number): void {
    this.write3(EVENT_CODE.LiquidityReturn, agent, amount, balanceAfter);
  }

  scenarioEventExecuted(type: string, detailsJson: string): void {
    this.write2(EVENT_CODE.ScenarioEventExecuted, this.texts.keep(type), this.texts.once(detailsJson));
  }
}
