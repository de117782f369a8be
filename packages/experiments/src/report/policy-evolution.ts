import type { ExperimentEvent, LlmInteraction, Policy, StoredExperiment } from '@simcash/protocol';

/** What a bank's policy was in an iteration and how it differed from the one before (spec 11 §13). */
export interface PolicyStep {
  /** The policy as a document. */
  policy: Policy;
  /** What changed, line by line. */
  diff: string;
  /** In cents. */
  cost: number;
  /** Whether a proposal of this iteration was accepted. */
  accepted: boolean;
  /** What was asked of a language model, and answered. */
  llm?: Pick<LlmInteraction, 'completion_tokens' | 'model' | 'prompt_tokens' | 'raw_response' | 'system_prompt' | 'user_prompt'>;
}

/** Whose policies are shown, and of which iterations. */
export interface EvolutionOptions {
  /** The bank; all unless given. */
  agent?: string;
  /** First and last iteration, counted from 0; clamped to what there is. */
  start?: number;
  /** The last iteration; the last of all unless given. */
  end?: number;
  /** Events of the run, to show the conversations with a language model. */
  events?: readonly ExperimentEvent[];
}

/** Policies by bank, then by iteration (`iteration_0`, …); banks in order of their ids. */
export function policyEvolution(
  { iterations }: StoredExperiment,
  { agent, end = Infinity, events = [], start = 0 }: EvolutionOptions = {},
): Record<string, Record<string, PolicyStep>> {
  const agents = Object.keys(iterations[0]?.policies ?? {})
    .filter((id) => agent === undefined || id === agent)
    .sort();
  return Object.fromEntries(
    agents.map((id) => {
      const steps = iterations
        .filter(({ iteration }) => iteration >= start && iteration <= end)
        .map(({ accepted_changes, costs_per_agent, iteration, policies }): [string, PolicyStep] => {
          const before = iterations.find((other) => other.iteration === iteration - 1)?.policies[id];
          const interaction = events.findLast(
            (event) =>
              event.iteration === iteration && event.event_type === 'llm_interaction' && event.event_data.agent_id === id,
          );
          const step: PolicyStep = {
            policy: policies[id]!,
            diff: before === undefined ? '' : policyDiff(before, policies[id]!).join('\n'),
            cost: costs_per_agent[id]!,
            accepted: accepted_changes[id] ?? false,
          };
          return [
            `iteration_${iteration}`,
            interaction ? { ...step, llm: conversation(interaction.event_data as LlmInteraction) } : step,
          ];
        });
      return [id, Object.fromEntries(steps)];
    }),
  );
}

function conversation(data: LlmInteraction): NonNullable<PolicyStep['llm']> {
  const { completion_tokens, model, prompt_tokens, raw_response, system_prompt, user_prompt } = data;
  return { model, system_prompt, user_prompt, raw_response, prompt_tokens, completion_tokens };
}

/** Differences of two documents, path by path; lists count as one value. */
export function policyDiff(before: Policy, after: Policy): string[] {
  const a = flatten(before);
  const b = flatten(after);
  return [...new Set([...a.keys(), ...b.keys()])].sort().flatMap((path) => {
    const [old, now] = [a.get(path) ?? null, b.get(path) ?? null];
    if (JSON.stringify(old) === JSON.stringify(now)) return [];
    if (old === null) return [`Added: ${path} = ${shown(now)}`];
    return now === null ? [`Removed: ${path} (was ${shown(old)})`] : [`Changed: ${path} (${shown(old)} -> ${shown(now)})`];
  });
}

function flatten(value: unknown, path = '', into = new Map<string, unknown>()): Map<string, unknown> {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) into.set(path, value);
  else for (const [key, member] of Object.entries(value)) flatten(member, path === '' ? key : `${path}.${key}`, into);
  return into;
}

/** Numbers with four significant digits; long lists cut. */
function shown(value: unknown): string {
  if (typeof value === 'number') return String(Number(value.toPrecision(4)));
  if (Array.isArray(value) && value.length > 3) return `[${value.slice(0, 3).map(shown).join(', ')}, … ${value.length} in all]`;
  return Array.isArray(value) ? `[${value.map(shown).join(', ')}]` : String(value);
}
