import { isDeepStrictEqual } from 'node:util';
import type { EvaluationMode, Policy } from '@simcash/protocol';
import type { AgentView } from '../../isolation/view.js';
import { dollars } from './dollars.js';
import { shareText } from '../../report/share-text.js';
import { breakdownText } from './breakdown-text.js';
import { bestOf, historyText, parametersText, records, trajectoriesText, trendText, type Tried } from './history-text.js';
import { traceText } from './trace.js';

/** Characters of an unusable answer that are shown to its author again. */
const ANSWER_CHARACTERS = 4000;
/** Problems that are told; a model that mends these will find the others gone or be told in the next attempt. */
const PROBLEMS = 40;

/** An attempt that came to nothing; the next one is told. */
export interface FailedAttempt {
  errors: readonly string[];
  /** What the model had proposed; its text if that was no policy. */
  answer: Policy | string;
}

/** What a model is told in one iteration: all of it comes from the bank's view, and from its own failed attempt if it made one. */
export function userPrompt(view: AgentView, failed: FailedAttempt | null): string {
  const known = records(view);
  return [
    `# Bank ${view.agent_id}, iteration ${view.iteration} (counted from 0, at most ${view.max_iterations})`,
    `## 1. Where you are\n${stateText(view, known)}`,
    `## 2. What the cost is made of\n${breakdownText(view.breakdown)}`,
    `## 3. What happened\nPayments are numbered in the order in which your bank got to know them.\n${traceText(view.events)}`,
    `## 4. What has been tried\n${historyText(view)}`,
    `## 5. How parameters moved\nValues in force, with what your bank's policy cost in that iteration.\n${trajectoriesText(known)}`,
    `## 6. Your task\n${taskText(view, known)}`,
    `## 7. The current policy\n${block(view.policy)}`,
    failed === null ? '' : `## 8. Your last answer could not be used\n${failedText(failed)}`,
    'Answer with the complete policy document as one JSON object, and nothing else.',
  ]
    .filter((section) => section !== '')
    .join('\n\n');
}

const block = (policy: unknown): string => `\`\`\`json\n${JSON.stringify(policy, null, 2)}\n\`\`\``;

const list = (lines: readonly (string | null)[]): string =>
  lines
    .filter((line) => line !== null)
    .map((line) => `- ${line}`)
    .join('\n');

function stateText({ cost, days, evaluation_mode, policy, statistics }: AgentView, known: readonly Tried[]): string {
  const { ci_95_lower: lower, ci_95_upper: upper, std_dev } = statistics;
  const best = bestOf(known);
  const trend = trendText(known);
  return list([
    `cost of the policy in force: ${dollars(cost)}${meanText(evaluation_mode, days)}${changeText(known)}`,
    std_dev === null ? null : `standard deviation over ${days === null ? 'your samples' : 'these days'}: ${dollars(std_dev)}`,
    lower === null || upper === null ? null : `95% confidence interval of the mean: ${dollars(lower)} to ${dollars(upper)}`,
    `parameters: ${parametersText(policy)}`,
    isDeepStrictEqual(best.policy, policy)
      ? 'this is the cheapest policy so far'
      : `cheapest so far: ${dollars(best.cost)} in iteration ${best.iteration} with ${parametersText(best.policy)}`,
    trend === null ? null : `trend: ${trend}`,
  ]);
}

function meanText(mode: EvaluationMode, days: number | null): string {
  if (mode === 'bootstrap') return " (mean over your bank's own samples)";
  return days === null ? '' : ` (mean over ${days} days, which differ: other days are drawn in every iteration)`;
}

/** How the cost compares with that of the iteration before. */
function changeText(known: readonly Tried[]): string {
  const [now, before] = [known.at(-1)!, known.at(-2)];
  if (before === undefined) return '';
  if (before.cost === now.cost) return ', the same as in the iteration before';
  const than = `${dollars(before.cost)} in the iteration before`;
  if (before.cost <= 0) return `, after ${than}`;
  const change = (now.cost - before.cost) / before.cost;
  return `, ${shareText(Math.abs(change))} ${change < 0 ? 'less' : 'more'} than ${than}`;
}

function taskText(view: AgentView, known: readonly Tried[]): string {
  const proposals = view.history.flatMap(({ proposal }) => proposal ?? []);
  const rejected = proposals.filter(({ accepted }) => !accepted).length;
  const best = bestOf(known);
  const isCurrent = isDeepStrictEqual(best.policy, view.policy);
  return [
    `Propose a policy that costs your bank less than ${dollars(best.cost)}, and that settles all your payments.`,
    'Take small steps unless the cost is clearly far from its lowest point, and do not propose again what was rejected.',
    rejected > 0 ? `${rejected} of your ${proposals.length} proposals so far ${rejected === 1 ? 'was' : 'were'} rejected.` : '',
    isCurrent ? '' : `The cheapest policy so far was\n${block(best.policy)}`,
  ]
    .filter((line) => line !== '')
    .join('\n');
}

function failedText({ answer, errors }: FailedAttempt): string {
  const text = typeof answer === 'string' ? answer : JSON.stringify(answer);
  const shown = text.length <= ANSWER_CHARACTERS ? text : `${text.slice(0, ANSWER_CHARACTERS)}… (shortened)`;
  const more = errors.length > PROBLEMS ? [`- and ${errors.length - PROBLEMS} more`] : [];
  return [
    'Mend all of this:',
    list(errors.slice(0, PROBLEMS)),
    ...more,
    ...(shown === '' ? [] : ['You had answered:', shown]),
  ].join('\n');
}
