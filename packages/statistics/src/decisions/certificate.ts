import { guardedLimits, momentsOf } from '../estimates/skew-interval.js';

export interface CertificateInput {
  /** Cents by day of the policy in force, and of every candidate: `candidates[c][day]`. */
  readonly current: readonly number[];
  readonly candidates: readonly (readonly number[])[];
  /** Days at which it is looked, rising. */
  readonly looks: readonly number[];
  readonly alpha?: number;
  readonly epsilon_cents?: number;
  readonly epsilon_pct?: number;
  /** Candidates of all banks together; those given here unless given. */
  readonly comparisons?: number;
  readonly tail_days?: number;
}

export interface Certificate {
  /** Whether no candidate can save more than epsilon: shown, disproved, or neither. */
  readonly verdict: 'certified' | 'refuted' | 'open';
  readonly days: number;
  readonly epsilon_cents: number;
  /** Best mean saving of a candidate, with guarded limits; never below 0. */
  readonly regret: number;
  readonly lower: number;
  readonly upper: number;
  readonly best: number | null;
  readonly candidates: readonly {
    readonly candidate: number;
    readonly days: number;
    readonly mean_saving: number;
    readonly lower: number;
    readonly upper: number;
  }[];
}

/** Whether a bank could save by one of the candidates, and how sure that is (spec 17 §8). @throws RangeError */
export function regretCertificate({
  alpha = 0.05,
  candidates,
  comparisons = candidates.length,
  current,
  epsilon_cents = 0,
  epsilon_pct = 5,
  looks,
  tail_days = 2,
}: CertificateInput): Certificate {
  const all = current.length;
  if (all === 0) throw new RangeError('there are no days');
  if (candidates.some((costs) => costs.length !== all))
    throw new RangeError('candidates have other days than the policy in force');
  const within = looks.filter((n) => n <= all);
  const days = within.length === 0 ? [all] : within;
  const level = alpha / (comparisons * days.length);
  const found = candidates.map((_, candidate) => ({ candidate, days: 0, mean_saving: 0, lower: 0, upper: 0 }));
  let open = found.map(({ candidate }) => candidate);
  let [n, epsilon] = [days[0]!, 0];
  let verdict: Certificate['verdict'] = 'open';
  for (n of days) {
    epsilon = Math.max(epsilon_cents, (epsilon_pct / 100) * momentsOf(current.slice(0, n)).mean);
    for (const candidate of open) {
      const savings = current.slice(0, n).map((cost, day) => cost - candidates[candidate]![day]!);
      const { lower, mean, upper } = guardedLimits(savings, level, tail_days);
      found[candidate] = { candidate, days: n, mean_saving: mean, lower, upper };
    }
    if (open.some((candidate) => found[candidate]!.lower > epsilon)) {
      verdict = 'refuted';
      break;
    }
    open = open.filter((candidate) => found[candidate]!.upper > epsilon);
    if (open.length === 0) {
      verdict = 'certified';
      break;
    }
  }
  const largest = (key: 'mean_saving' | 'lower' | 'upper'): number => found.reduce((most, one) => Math.max(most, one[key]), 0);
  const regret = largest('mean_saving');
  return {
    verdict,
    days: n,
    epsilon_cents: epsilon,
    regret,
    lower: largest('lower'),
    upper: largest('upper'),
    best: regret > 0 ? found.find((one) => one.mean_saving === regret)!.candidate : null,
    candidates: found,
  };
}
