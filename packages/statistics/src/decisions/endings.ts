/** A round of an experiment: whether any bank made a valid proposal, and whether one was accepted. */
export interface Round {
  /** Whether the proposal was valid. */
  readonly valid: boolean;
  /** Whether it was accepted. */
  readonly accepted: boolean;
}

/** What the ending of an experiment is computed from. */
export interface EndingInput {
  /** The rounds so far. */
  readonly rounds: readonly Round[];
  /** Rounds without acceptance after which play is quiet. */
  readonly window: number;
  /** How many iterations there are at most. */
  readonly max_iterations: number;
  /** A budget that is used up. */
  readonly limit?: string | null;
  /** The circuit to the model is open. */
  readonly breaker?: boolean;
  /** What broke it off, such as a signal; null if nothing did. */
  readonly interrupted?: string | null;
  /** Why it failed; null if it did not. */
  readonly failed?: string | null;
  /** What the certificate says; null without one. */
  readonly certificate?: 'certified' | 'refuted' | 'open' | null;
}

/** How an experiment ended. */
export type Ending = 'failed' | 'interrupted' | 'no_proposals' | 'converged' | 'stalled' | 'drifting' | 'budget';

/** Whether an experiment stops before the next round, and how it ends then (spec 17 §7). */
export function experimentEnding({
  breaker = false,
  certificate = null,
  failed = null,
  interrupted = null,
  limit = null,
  max_iterations,
  rounds,
  window,
}: EndingInput): { stop: boolean; ending: Ending | null; detail: string | null } {
  const ends = (ending: Ending, detail: string | null): { stop: boolean; ending: Ending; detail: string | null } => ({
    stop: true,
    ending,
    detail,
  });
  if (failed !== null) return ends('failed', failed);
  if (interrupted !== null) return ends('interrupted', interrupted);
  const last = rounds.slice(-window);
  const reached = breaker ? 'model_failures' : (limit ?? (rounds.length + 1 >= max_iterations ? 'max_iterations' : null));
  const isQuiet = rounds.length >= window && last.every(({ accepted }) => !accepted);
  if (reached === null && !isQuiet) return { stop: false, ending: null, detail: null };
  const wasAsked = rounds.length > 0 || breaker;
  if (wasAsked && rounds.every(({ valid }) => !valid)) return ends('no_proposals', reached);
  if (certificate === 'certified') return ends('converged', reached);
  if (isQuiet) return ends('stalled', certificate);
  return ends(last.some(({ accepted }) => accepted) ? 'drifting' : 'budget', reached);
}

/** A request to a model; times in seconds. */
export interface ModelRequest {
  /** When the request was sent, in milliseconds. */
  readonly started: number;
  /** When it was answered or given up, in milliseconds. */
  readonly ended: number;
  /** What became of it. */
  readonly outcome: 'answered' | 'unauthorised' | 'refused' | 'rate_limited' | 'server_error' | 'network' | 'timeout';
}

/** At the end of which request a model is given up, and why (spec 17 §10). @param requests in the order in which they end */
export function circuitState(
  requests: readonly ModelRequest[],
  { failures, seconds }: { readonly failures: number; readonly seconds: number },
): { opens_at: number | null; reason: 'unauthorised' | 'refused' | 'failures' | 'seconds' | null } {
  let [row, since] = [0, Infinity];
  for (const [i, { ended, outcome, started }] of requests.entries()) {
    if (outcome === 'answered') {
      [row, since] = [0, Infinity];
      continue;
    }
    if (outcome === 'unauthorised' || outcome === 'refused') return { opens_at: i, reason: outcome };
    row++;
    since = Math.min(since, started);
    if (row >= failures) return { opens_at: i, reason: 'failures' };
    if (ended - since >= seconds) return { opens_at: i, reason: 'seconds' };
  }
  return { opens_at: null, reason: null };
}
