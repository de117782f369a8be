import type { Ending, RegretReport, Verdict } from '@simcash/protocol';

/** What the certificate says of all banks together; null where there is none. */
export function verdictOf(report: RegretReport | null): Verdict | null {
  if (report === null) return null;
  const verdicts = Object.values(report.banks).map(({ verdict }) => verdict);
  if (verdicts.includes('refuted')) return 'refuted';
  return verdicts.every((verdict) => verdict === 'certified') ? 'certified' : 'open';
}

const LIMITS: Readonly<Record<string, string>> = {
  model_failures: 'the model did not answer any more',
  max_iterations: 'the iterations ran out',
  llm_calls: 'the requests to the model ran out',
  tokens: 'the tokens ran out',
  usd: 'the money for the model ran out',
  wall_seconds: 'the time ran out',
  simulations: 'the simulations ran out',
};

/** The sentence about an ending (spec 17 §7). */
export function endingText(ending: Ending, detail: string | null, report: RegretReport | null, window: number): string {
  switch (ending) {
    case 'converged': {
      const banks = Object.values(report!.banks);
      const days = Math.max(...banks.map((bank) => bank.days)).toLocaleString('en-US');
      const least = report!.epsilon_cents > 0 ? ` or ${report!.epsilon_cents} cents` : '';
      return `converged: no bank can save more than ${report!.epsilon_pct} %${least} alone (certified on ${days} days)`;
    }
    case 'stalled':
      return `stalled: no proposal was accepted in the last ${window} iterations; ${
        detail === 'refuted' ? couldSave(report!) : 'whether somebody could still save is open'
      }`;
    case 'drifting':
      return `drifting: still improving when ${LIMITS[detail!] ?? detail}`;
    case 'budget':
      return `budget: ended when ${LIMITS[detail!] ?? detail}`;
    case 'no_proposals':
      return 'no proposals: nothing valid was ever proposed';
    default:
      return ending;
  }
}

function couldSave({ banks }: RegretReport): string {
  const found = Object.entries(banks).filter(([, { verdict }]) => verdict === 'refuted');
  return found
    .map(
      ([id, { best, percent }]) =>
        `${id} could still save ${percent === null ? '' : `${percent.toFixed(1)} % `}alone, with ${best}`,
    )
    .join('; ');
}
