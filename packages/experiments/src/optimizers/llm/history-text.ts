import { isDeepStrictEqual } from 'node:util';
import type { Policy } from '@simcash/protocol';
import type { AgentView, HistoryEntry } from '../../isolation/view.js';
import { parametersOf, sameTrees, TREES } from '../../policies/policy.js';
import { dollars } from './dollars.js';

/** Iterations that are shown; older ones say little about the present. */
const SHOWN = 30;
/** Proposals whose trees are shown in full, and the characters that one may take. */
const SHOWN_TREES = 3;
const TREE_CHARACTERS = 4000;

/** A policy that has been in force, and its own cost, not that of its predecessor (spec 11 Q13). */
export interface Tried {
  iteration: number;
  policy: Policy;
  cost: number;
}

/** Everything that was in force up to now, in order. */
export function records({ cost, history, iteration, policy }: AgentView): Tried[] {
  return [...history.filter((entry) => entry.iteration < iteration), { iteration, policy, cost }];
}

/** The cheapest record; of equal ones the first. */
export function bestOf(known: readonly Tried[]): Tried {
  return known.reduce((best, record) => (record.cost < best.cost ? record : best));
}

/** What has been tried: policies in force, proposals, and what became of them. */
export function historyText(view: AgentView): string {
  const past = view.history.filter(({ iteration }) => iteration < view.iteration);
  if (past.length === 0) return 'This is the first iteration: nothing has been tried yet.';
  const shown = past.slice(-SHOWN);
  const rows = shown.map(({ cost, iteration, policy, proposal }) => {
    const cells = proposal === null ? ['none', '', ''] : proposalCells(policy, proposal);
    return `| ${[iteration, parametersText(policy), dollars(cost), ...cells].join(' | ')} |`;
  });
  return [
    '| iteration | policy in force | its cost | proposal | its cost when compared | verdict |',
    '| --- | --- | --- | --- | --- | --- |',
    ...rows,
    ...(past.length > shown.length ? [`(${past.length - shown.length} earlier iterations are not shown.)`] : []),
    ...treesTried(shown),
  ].join('\n');
}

function proposalCells(before: Policy, { accepted, cost, policy, reason }: NonNullable<HistoryEntry['proposal']>): string[] {
  const trees = sameTrees(before, policy) ? '' : '; changed trees';
  const verdict = `${accepted ? 'accepted' : 'REJECTED'}: ${reason.replace(/\s*[|\n]\s*/g, '; ')}`;
  return [`${parametersText(policy)}${trees}`, cost === null ? 'not compared' : dollars(cost), verdict];
}

/** The trees of the latest proposals that changed some. */
function treesTried(entries: readonly HistoryEntry[]): string[] {
  return entries
    .filter(({ policy, proposal }) => proposal !== null && !sameTrees(policy, proposal.policy))
    .slice(-SHOWN_TREES)
    .flatMap(({ iteration, policy, proposal }) => {
      const changed = TREES.filter((tree) => !isDeepStrictEqual(policy[tree] ?? null, proposal!.policy[tree] ?? null));
      const text = JSON.stringify(Object.fromEntries(changed.map((tree) => [tree, proposal!.policy[tree] ?? null])));
      const shown = text.length <= TREE_CHARACTERS ? text : `too long to repeat (${text.length} characters)`;
      return [
        '',
        `Trees changed by the proposal of iteration ${iteration} (${proposal!.accepted ? 'accepted' : 'rejected'}): ${shown}`,
      ];
    });
}

/** How each parameter moved, and what each value cost. */
export function trajectoriesText(known: readonly Tried[]): string {
  const shown = known.slice(-SHOWN);
  const names = new Set(shown.flatMap(({ policy }) => Object.keys(parametersOf(policy))));
  const lines = [...names].map((name) => {
    const steps = shown.map(({ cost, policy }) => `${valueText(parametersOf(policy)[name])} (${dollars(cost)})`);
    return `- ${name}: ${steps.join(' → ')}`;
  });
  return lines.length === 0 ? 'The policy has no parameters.' : lines.join('\n');
}

/** Which way the cost went over the last three records; null if there are fewer. */
export function trendText(known: readonly Tried[]): string | null {
  const costs = known.slice(-3).map(({ cost }) => cost);
  if (costs.length < 3) return null;
  const steps = [Math.sign(costs[1]! - costs[0]!), Math.sign(costs[2]! - costs[1]!)];
  if (steps.every((step) => step === 0)) return 'the same in the last three iterations';
  if (steps.every((step) => step <= 0)) return 'improving over the last three iterations';
  if (steps.every((step) => step >= 0)) return 'worsening over the last three iterations';
  return 'going up and down in the last three iterations: smaller steps may help';
}

/** `a=1, b=2` */
export function parametersText(policy: Policy): string {
  const entries = Object.entries(parametersOf(policy));
  return entries.length === 0 ? 'no parameters' : entries.map(([name, value]) => `${name}=${valueText(value)}`).join(', ');
}

const valueText = (value: unknown): string => (value === undefined ? 'unset' : JSON.stringify(value));
