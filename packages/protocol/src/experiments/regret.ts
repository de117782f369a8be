import type { Policy } from '../work.js';

/** What a certificate says. */
export type Verdict = 'certified' | 'refuted' | 'open';

/** What a bank could still save by one of the candidates, in cents a day (spec 17 §8). */
export interface BankRegret {
  /** Whether the bank's policy is certified, refuted or still open. */
  verdict: Verdict;
  /** Number of days. */
  days: number;
  /** What counts as no improvement, in cents. */
  epsilon_cents: number;
  /** What the best candidate would save, in cents a day. */
  regret: number;
  /** The lower end of the interval. */
  lower: number;
  /** The upper end of the interval. */
  upper: number;
  /** Of the mean cost; null where that is not above 0. */
  percent: number | null;
  /** Label of the candidate that saves most; null if none saves. */
  best: string | null;
}

/** A candidate of a certificate. */
export interface CandidateRegret {
  /** The bank's id. */
  agent_id: string;
  /** The number of the candidate. */
  candidate: number;
  /** What it is called in tables. */
  label: string;
  /** The policy as a document. */
  policy: Policy;
  /** Number of days. */
  days: number;
  /** What the new policy saves a day on average, in cents. */
  mean_saving: number;
  /** The lower end of the interval. */
  lower: number;
  /** The upper end of the interval. */
  upper: number;
}

/** What each bank could still have gained by another policy. */
export interface RegretReport {
  /** Candidates of all banks together. */
  candidates: number;
  /** What counts as no improvement, in cents. */
  epsilon_cents: number;
  /** What counts as no improvement, in per cent of the costs. */
  epsilon_pct: number;
  /** The level of significance. */
  alpha: number;
  /** Sum over banks. */
  nash_conv: { mean: number; lower: number; upper: number };
  /** By bank: what it could save by the best of the candidates that were tried. */
  banks: Readonly<Record<string, BankRegret>>;
}
