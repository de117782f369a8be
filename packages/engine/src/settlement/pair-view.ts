import { NONE } from '../payments/payments.js';
import type { World } from '../world.js';

/**
 * Queued payments by ordered pair of banks, as the algorithms for pairs and rings read them: of the whole queue, which keeps such a
 * table up to date, or of some classes of it.
 */
export interface PairView {
  /** Pairs with payments in both directions, as the row of the smaller bank's direction. */
  readonly ready: readonly number[];
  /** Rows with payments, in no particular order. */
  readonly active: readonly number[];
  /** Active rows by sender and by receiver. */
  readonly outgoing: readonly (readonly number[])[];
  readonly incoming: readonly (readonly number[])[];
  readonly from: ArrayLike<number>;
  readonly to: ArrayLike<number>;
  /** Cents. */
  readonly sum: ArrayLike<number>;
  readonly count: ArrayLike<number>;
  /** Row of the opposite direction, NONE if there is none. */
  readonly opposite: ArrayLike<number>;
  row(sender: number, receiver: number): number;
  /** Payments of a row in queue order. */
  list(row: number): number[];
}

/** The pairs of some queued payments, as they are now. */
export function pairsOf({ banks, payments }: World, considered: readonly number[]): PairView {
  const rows = new Map<number, number>();
  const lists: number[][] = [];
  const [from, to, sum]: number[][] = [[], [], []];
  for (const p of considered) {
    const key = payments.sender[p]! * banks.count + payments.receiver[p]!;
    let row = rows.get(key);
    if (row === undefined) {
      row = lists.push([]) - 1;
      rows.set(key, row);
      from!.push(payments.sender[p]!);
      to!.push(payments.receiver[p]!);
      sum!.push(0);
    }
    lists[row]!.push(p);
    sum![row]! += payments.remaining[p]!;
  }
  const active = lists.map((_, row) => row);
  const rowOf = (sender: number, receiver: number): number => rows.get(sender * banks.count + receiver) ?? NONE;
  const opposite = active.map((row) => rowOf(to![row]!, from![row]!));
  const by = (ends: readonly number[]): number[][] => {
    const groups = Array.from({ length: banks.count }, (): number[] => []);
    for (const row of active) groups[ends[row]!]!.push(row);
    return groups;
  };
  return {
    ready: active.filter((row) => opposite[row] !== NONE && from![row]! <= to![row]!),
    active,
    outgoing: by(from!),
    incoming: by(to!),
    from: from!,
    to: to!,
    sum: sum!,
    count: lists.map(({ length }) => length),
    opposite,
    row: rowOf,
    list: (row) => [...lists[row]!],
  };
}
