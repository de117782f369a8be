import { checkFinite } from '../checks.js';
import { guardedLimits, momentsOf } from '../estimates/skew-interval.js';

/** What a certificate is computed from. */
export interface CertificateInput {
  /** Cents by day of the policy in force, and of every candidate: `candidates[c][day]`. */
  readonly current: readonly number[];
  /** Costs of each candidate, day by day. */
  readonly candidates: readonly (readonly number[])[];
  /** Days at which it is looked, rising. */
  readonly looks: readonly number[];
  /** The level of significance. */
  readonly alpha?: number;
  /** What counts as no improvement, in cents. */
  readonly epsilon_cents?: number;
  /** What counts as no improvement, in per cent of the costs. */
  readonly epsilon_pct?: number;
  /** Candidates of all banks together; those given here unless given. */
  readonly comparisons?: number;
  /** How many more days like the worst are assumed. */
  readonly tail_days?: number;
}

/** What a certificate says: whether no candidate is better by more than epsilon. */
export interface Certificate {
  /** Whether no candidate can save more than epsilon: shown, disproved, or neither. */
  readonly verdict: 'certified' | 'refuted' | 'open';
  /** Number of days. */
  readonly days: number;
  /** What counts as no improvement, in cents. */
  readonly epsilon_cents: number;
  /** Best mean saving of a candidate, with guarded limits; never below 0. */
  readonly regret: number;
  /** The lower end of the interval. */
  readonly lower: number;
  /** The upper end of the interval. */
  readonly upper: number;
  /** The candidate that saves most; null if none saves. */
  readonly best: number | null;
  /** What each candidate saves. */
  readonly candidates: readonly {
    readonly candidate: number;
    readonly days: number;
    readonly mean_saving: number;
    readonly lower: number;
    readonly upper: number;
  }[];
}

/** The rules of a certificate (spec 17 §8). */
export type CertificateRules = Omit<CertificateInput, 'current' | 'candidates' | 'looks' | 'comparisons'>;

/** Which candidates are to be played beside the policy in force, on days `from` … `to` − 1. */
export interface CertificateLook {
  /** Candidates that are still to be played, by number. */
  readonly candidates: readonly number[];
  /** The first day or replication. */
  readonly from: number;
  /** The day or replication after the last. */
  readonly to: number;
}

/** Whether a bank could save by one of the candidates, and how sure that is (spec 17 §8). @throws RangeError */
export function regretCertificate({
  candidates,
  comparisons = candidates.length,
  current,
  looks,
  ...rules
}: CertificateInput): Certificate {
  const all = current.length;
  if (all === 0) throw new RangeError('there are no days');
  if (candidates.some((costs) => costs.length !== all))
    throw new RangeError('candidates have other days than the policy in force');
  checkFinite('costs', current, ...candidates);
  const within = looks.filter((n) => n <= all);
  const steps = certificateLooks(candidates.length, comparisons, within.length === 0 ? [all] : within, rules);
  for (let next = steps.next(); ;) {
    if (next.done) return next.value;
    const { candidates: asked, from, to } = next.value;
    next = steps.next({
      current: current.slice(from, to),
      candidates: asked.map((candidate) => candidates[candidate]!.slice(from, to)),
    });
  }
}

/**
 * The certificate, look by look: asks for the days of the candidates that are still open, so that nothing else has to be played.
 *
 * @param count candidates
 * @param comparisons candidates of all banks together
 * @param days days at which it is looked, rising
 * @returns a generator that yields looks and is given costs by day, of the policy in force and of every candidate of the look
 */
export function* certificateLooks(
  count: number,
  comparisons: number,
  days: readonly number[],
  { alpha = 0.05, epsilon_cents = 0, epsilon_pct = 5, tail_days = 2 }: CertificateRules = {},
): Generator<CertificateLook, Certificate, { current: readonly number[]; candidates: readonly (readonly number[])[] }> {
  const level = alpha / (comparisons * days.length);
  const found = Array.from({ length: count }, (_, candidate) => ({ candidate, days: 0, mean_saving: 0, lower: 0, upper: 0 }));
  const savings = found.map((): number[] => []);
  const current: number[] = [];
  let open = found.map(({ candidate }) => candidate);
  let [n, epsilon] = [0, 0];
  let verdict: Certificate['verdict'] = 'open';
  for (const to of days) {
    const played = yield { candidates: open, from: n, to };
    n = to;
    for (const cost of played.current) current.push(cost);
    epsilon = Math.max(epsilon_cents, (epsilon_pct / 100) * momentsOf(current).mean);
    for (const [i, candidate] of open.entries()) {
      const own = savings[candidate]!;
      for (const [day, cost] of played.current.entries()) own.push(cost - played.candidates[i]![day]!);
      const { lower, mean, upper } = guardedLimits(own, level, tail_days);
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
