import { ratio, sum } from './exact.js';
import type { PairIndicators } from './sheet.js';

/** How unevenly value is spread over banks (spec 14 §9). */
export interface Concentration {
  /** Herfindahl–Hirschman index of the value sent by bank: the sum of squared shares, 1/n … 1; null if there is none. */
  readonly hhi_sent: number | null;
  /** The same of the value received. */
  readonly hhi_received: number | null;
  /** Share of the three banks that sent most; null if nothing was sent. */
  readonly top3_share_sent: number | null;
}

/** Of values by bank, in cents. */
export function concentration(sent: readonly number[], received: readonly number[]): Concentration {
  const sorted = sent.toSorted((a, b) => b - a);
  return {
    hhi_sent: herfindahl(sorted),
    hhi_received: herfindahl(received),
    top3_share_sent: ratio(sum(sorted.slice(0, 3)), sum(sorted)),
  };
}

/** Of what was due, whether it settled or not, from the pairs of a sheet. */
export function concentrationOfDue(pairs: readonly PairIndicators[]): Concentration {
  const by = (bank: 'sender' | 'receiver'): number[] => {
    const values = new Map<string, number>();
    for (const pair of pairs) values.set(pair[bank], (values.get(pair[bank]) ?? 0) + pair.value_due);
    return [...values.values()];
  };
  return concentration(by('sender'), by('receiver'));
}

function herfindahl(values: readonly number[]): number | null {
  const total = sum(values);
  return total === 0 ? null : sum(values.map((value) => (value / total) ** 2));
}
