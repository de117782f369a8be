import type { FirstEvent } from './comparison.js';

/** Where an execution departs from the stored log. */
export interface LogDifference {
  /** Ticks are counted from 0 over all days. */
  tick: number;
  /** Position in the log. */
  event_seq: number;
  /** What is stored; null if nothing is. */
  stored: string | null;
  /** What was computed; null if nothing was. */
  computed: string | null;
}

/** The first line that differs, with its position in the log. */
export function firstDifference(stored: string, computed: string, before: number): Omit<LogDifference, 'tick'> {
  const [a, b] = [stored.split('\n'), computed.split('\n')];
  const at = a.findIndex((line, i) => line !== b[i]);
  const i = at < 0 ? a.length : at;
  return { event_seq: before + i, stored: a[i] || null, computed: b[i] || null };
}

/**
 * Where two logs part; null if they are equal. What is the same is compared in large pieces, and no line is made of it.
 *
 * @param logA pieces of whole lines, stored or in memory
 */
export async function partingOfLogs(logA: Log, logB: Log): Promise<FirstEvent | null> {
  let [x, y] = ['', ''];
  for (let position = 0; ;) {
    if (x === '') x = (await logA.next()).value ?? '';
    if (y === '') y = (await logB.next()).value ?? '';
    // What is common to a piece and the beginning of a longer one is whole lines, too.
    const length = Math.min(x.length, y.length);
    const common = x.slice(0, length);
    if (length === 0 || common !== y.slice(0, length)) return x === y ? null : partingIn(x, y, position);
    position += linesIn(common);
    [x, y] = [x.slice(length), y.slice(length)];
  }
}

type Log = AsyncIterator<string, void> | Iterator<string, void>;

function partingIn(x: string, y: string, position: number): FirstEvent {
  const { computed: other, event_seq, stored: baseline } = firstDifference(x, y, position);
  const { tick } = JSON.parse((baseline ?? other)!) as { tick: number };
  return { event_seq, tick, baseline, other };
}

function linesIn(text: string): number {
  let count = 0;
  for (let at = text.indexOf('\n'); at >= 0; at = text.indexOf('\n', at + 1)) count++;
  return count;
}
