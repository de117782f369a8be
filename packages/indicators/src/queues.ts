import type { BankTicks } from './bank-ticks.js';
import { sum } from './exact.js';
import type { IndicatorLog, QueueStep, Transaction } from './log.js';
import { isOpen, type Days } from './waiting.js';

/** The queues of the whole system at every tick end (spec 14 §9): numbers of transactions, and their cents. */
export interface Queues {
  readonly queue1_length: number[];
  readonly queue2_length: number[];
  readonly queue1_value: number[];
  readonly queue2_value: number[];
  readonly dropped_value: number[];
  readonly unsettled_value: number[];
}

/** The value that waits at the end of the run, by bank. */
export interface WaitingAtEnd {
  readonly central: readonly number[];
  readonly dropped: readonly number[];
}

export function queues(log: IndicatorLog, series: BankTicks): Queues {
  const { ticks } = log;
  const zeros = (): number[] => new Array<number>(ticks).fill(0);
  const [open, central, centralValue, dropped, droppedValue] = [zeros(), zeros(), zeros(), zeros(), zeros()];
  for (const { created, settledAt, splitAt } of log.transactions) {
    open[created]!++;
    const left = settledAt ?? splitAt;
    if (left !== null) open[left]!--;
  }
  const count = (steps: readonly QueueStep[], numbers: number[], values: number[]): void => {
    for (const { step, tick, transaction } of steps) {
      numbers[tick]! += step;
      values[tick]! += step * transaction.amount;
    }
    for (const list of [numbers, values]) accumulate(list);
  };
  count(log.queueSteps, central, centralValue);
  count(log.dropSteps, dropped, droppedValue);
  accumulate(open);
  const unsettled = zeros();
  for (let b = 0; b < series.banks; b++) for (let t = 0; t < ticks; t++) unsettled[t]! += series.unsettled[b * ticks + t]!;
  return {
    queue1_length: open.map((n, t) => n - central[t]! - dropped[t]!),
    queue2_length: central,
    queue1_value: unsettled.map((value, t) => value - centralValue[t]! - droppedValue[t]!),
    queue2_value: centralValue,
    dropped_value: droppedValue,
    unsettled_value: unsettled,
  };
}

export function waitingAtEnd({ banks, dropSteps, queueSteps }: IndicatorLog): WaitingAtEnd {
  const byBank = (steps: readonly QueueStep[]): number[] => {
    const values = banks.map(() => 0);
    for (const { step, transaction } of steps) values[transaction.sender]! += step * transaction.amount;
    return values;
  };
  return { central: byBank(queueSteps), dropped: byBank(dropSteps) };
}

/** Stalled ticks, and which of them are gridlocks and deadlocks; null where the queue is not first in, first out (spec 14 §9). */
export interface Stalls {
  readonly stalled: boolean[];
  readonly gridlock_ticks: number | null;
  readonly deadlock_ticks: number | null;
}

export function stalls(
  log: IndicatorLog,
  series: BankTicks,
  lengths: readonly number[],
  settled: readonly number[],
  days: Days,
): Stalls {
  const stalled = lengths.map((length, t) => length > 0 && settled[t] === 0 && isOpen(t, days));
  if (!log.opening.is_fifo) return { stalled, gridlock_ticks: null, deadlock_ticks: null };
  const queue = new Set<Transaction>();
  let next = 0;
  let gridlocks = 0;
  stalled.forEach((isStalled, t) => {
    for (let step = log.queueSteps[next]; step !== undefined && step.tick <= t; step = log.queueSteps[++next]) {
      if (step.step === 1) queue.add(step.transaction);
      else queue.delete(step.transaction);
    }
    if (isStalled && hasFeasibleBeginnings(queue, series, t)) gridlocks++;
  });
  return { stalled, gridlock_ticks: gridlocks, deadlock_ticks: sum(stalled.map(Number)) - gridlocks };
}

/** Whether some beginnings of the banks' queues could settle together: what is left when each bank that lacks money gives up its last. */
function hasFeasibleBeginnings(queue: ReadonlySet<Transaction>, { balance, banks, limit, ticks }: BankTicks, t: number): boolean {
  const room = Array.from({ length: banks }, (_, b) => balance[b * ticks + t]! + limit[b * ticks + t]!);
  const selected: Transaction[][] = room.map(() => []);
  for (const transaction of queue) {
    selected[transaction.sender]!.push(transaction);
    room[transaction.sender]! -= transaction.amount;
    room[transaction.receiver]! += transaction.amount;
  }
  const isShort = (b: number): boolean => room[b]! < 0 && selected[b]!.length > 0;
  const short = room.map((_, b) => b).filter(isShort);
  let left = queue.size;
  for (let b = short.pop(); b !== undefined; b = short.pop())
    while (isShort(b)) {
      const { amount, receiver }: Transaction = selected[b]!.pop()!;
      room[b]! += amount;
      room[receiver]! -= amount;
      left--;
      if (receiver !== b && isShort(receiver)) short.push(receiver);
    }
  return left > 0;
}

function accumulate(numbers: number[]): void {
  for (let t = 1; t < numbers.length; t++) numbers[t]! += numbers[t - 1]!;
}
