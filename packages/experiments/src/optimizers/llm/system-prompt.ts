import type { AgentView } from '../../isolation/view.js';
import { treeKey, boundsOf, type ParameterSpec, type PolicyConstraints } from '../../policies/constraints.js';
import { FRACTION } from '../../policies/policy.js';
import { acceptanceText } from './acceptance-text.js';
import { costRatesText } from './cost-rates.js';
import { languageText } from './language.js';

/** Texts beside the view that may stand in a prompt; neither is data of a bank. */
export interface PromptTexts {
  customization?: Readonly<Record<string, string>>;
  policyLanguage?: string;
}

/** The trees of a policy in the order in which a tick asks them, and what they are asked. */
const TREES = {
  strategic_collateral_tree: 'once per tick before payments are decided: posting or withdrawing collateral',
  bank_tree: 'once per tick before payments are decided: the release budget, or one state register',
  payment_tree: "for each payment in the bank's own queue: release it, keep it back and so on",
  end_of_tick_collateral_tree: 'once per tick after settlement: posting or withdrawing collateral',
} as const;

/** What a model is told about its task; the same in every iteration of an experiment, but for the customization also for every bank. */
export function systemPrompt(view: AgentView, texts: PromptTexts): string {
  const trees = changeableTrees(view.constraints);
  return [
    role(),
    customization(view, texts),
    domain(view),
    costs(view),
    `## How a proposal is judged\n${acceptanceText(view.evaluation_mode, view.acceptance)}`,
    architecture(trees),
    output(view, trees),
    parameters(view.constraints),
    language(view.constraints, trees, texts.policyLanguage),
    mistakes(trees),
    'Answer with the policy document and nothing else.',
  ]
    .filter((block) => block !== '')
    .join('\n\n');
}

/** Trees that proposals may change, with the actions they may use, in order of evaluation. */
function changeableTrees({ allowed_actions }: PolicyConstraints): ReadonlyMap<string, readonly string[]> {
  const byTree = new Map(Object.entries(allowed_actions).map(([name, actions]) => [treeKey(name), actions]));
  return new Map(Object.keys(TREES).flatMap((tree) => (byTree.has(tree) ? [[tree, byTree.get(tree)!] as const] : [])));
}

const list = (lines: readonly string[]): string => lines.map((line) => `- ${line}`).join('\n');

function role(): string {
  return `You run the payments desk of one bank in a simulated payment system. A policy document decides for your bank. You are shown
what the policy in force has cost and what you have tried before, and you propose a policy that costs your bank less.`;
}

/** What the experiment adds for all banks, then for this one. */
function customization({ agent_id }: AgentView, { customization: texts = {} }: PromptTexts): string {
  const parts = [texts.all, texts[agent_id]].map((text) => text?.trim() ?? '').filter((text) => text !== '');
  return parts.length === 0 ? '' : ['## About this experiment', ...parts].join('\n\n');
}

function domain({ constraints, rules }: AgentView): string {
  const days = Math.ceil(rules.ticks / rules.ticks_per_day);
  const time = `Time runs in ticks, counted from 0. A simulation has ${rules.ticks} ticks; a day has ${rules.ticks_per_day}, so there ${days === 1 ? 'is 1 day' : `are ${days} days`}.`;
  const credit = rules.deferred_crediting
    ? 'Crediting is deferred: what a bank receives during a tick is booked when the tick ends and can be spent from the next tick on.'
    : 'What a bank receives is booked at once and can be spent in the same tick.';
  const lines = [
    time,
    'Gross settlement: each payment settles alone and in full, once its sender has released it and can cover it with its balance and its credit.',
    "Payments that arrive wait in their sender's own queue until its policy releases them. A released payment that cannot be covered waits in the central queue and settles as soon as it can.",
    credit,
    'A bank can bring in a share of its liquidity pool at the start of a day. Money that other banks pay to it can be used again, so waiting for it saves liquidity and costs time.',
    'A payment has a deadline, the last tick in which it is on time.',
  ];
  if (!rules.lsm) lines.push('There is no liquidity-saving mechanism: queued payments are never offset against each other.');
  else if (constraints.lsm_enabled)
    lines.push(
      'Liquidity-saving mechanism: payments in the central queue that offset each other, between two banks or around a ring, settle together and need little or no liquidity. Only released payments take part.',
    );
  return `## The payment system\n${list(lines)}`;
}

function costs({ rules }: AgentView): string {
  return `## Costs
Your bank's cost is the sum of these parts. All amounts here are dollars with cents; inside policy documents amounts are whole cents
(write 50000 for $500.00).

${costRatesText(rules.cost_rates)}

Liquidity and delay pull in opposite directions: much liquidity settles payments at once but costs its price every tick; little
liquidity is cheap until payments wait, miss deadlines and are penalised. Look for the point where the sum is lowest.`;
}

function architecture(trees: ReadonlyMap<string, readonly string[]>): string {
  const title = '## What you may change';
  if (trees.size === 0) return `${title}\nOnly parameters. Repeat the trees of the current policy exactly as they are.`;
  const lines = [...trees].map(
    ([tree, actions]) => `\`${tree}\`, asked ${TREES[tree as keyof typeof TREES]}. Actions: ${actions.join(', ') || 'none'}.`,
  );
  return `${title}\nThe parameters, and these trees, in the order in which a tick asks them. Repeat every other tree of the current policy exactly as it is.\n${list(lines)}`;
}

function output({ policy }: AgentView, trees: ReadonlyMap<string, readonly string[]>): string {
  const named = Object.keys(TREES).filter((tree) => trees.has(tree) || (policy[tree] ?? null) !== null);
  return `## What to answer
One JSON object: the complete policy document, not a part of it and not a list of changes. Its keys are
${['version', 'policy_id', 'parameters', ...named].map((key) => `\`${key}\``).join(', ')}.

Before you answer, check that
- the answer is one JSON object without comments, with double quotes, with every bracket closed;
- every parameter that you set is allowed and within its bounds, and every \`{"param": …}\` names a parameter of the document;
- fields, actions and trees are among those that are allowed;
- every node has a \`node_id\` that no other node of the document has;
- it differs from the current policy and from what was rejected before.`;
}

function parameters({ allowed_parameters }: PolicyConstraints): string {
  const title = '## Parameters';
  if (allowed_parameters.length === 0) return `${title}\nNone may be changed or added.`;
  return `${title}\n${list(allowed_parameters.map(parameterText))}`;
}

function parameterText(spec: ParameterSpec): string {
  const { allowed_values, description, name, param_type } = spec;
  const [least, most] = boundsOf(spec);
  const range = [Number.isFinite(least) ? `at least ${least}` : '', Number.isFinite(most) ? `at most ${most}` : '']
    .filter(Boolean)
    .join(', ');
  const values = param_type === 'enum' ? `one of ${allowed_values.join(', ')}` : range || 'any number';
  const type = { int: 'whole number, ', float: 'number, ', enum: '' }[param_type];
  const about = [description.trim(), name === FRACTION ? SHARE : ''].filter(Boolean).join(' ');
  return `\`${name}\` (${type}${values})${about && `: ${about}`}`;
}

const SHARE = "The share of the bank's liquidity pool that it brings in at the start of each day.";

function language(constraints: PolicyConstraints, trees: ReadonlyMap<string, readonly string[]>, text = ''): string {
  if (trees.size === 0) return '';
  const { allowed_fields } = constraints;
  const fields =
    allowed_fields.length === 0
      ? 'All fields of the language may be read.'
      : `Fields that may be read: ${[...allowed_fields].sort().join(', ')}.`;
  const grammar = `## The policy language
A tree is a node. A node is an action, which ends the decision, or a condition with a node for each outcome:
\`{"type": "action", "node_id": "A1", "action": "…", "parameters": {"name": {"value": 1}}}\` (\`parameters\` only if the action has some)
\`{"type": "condition", "node_id": "N1", "condition": …, "on_true": …, "on_false": …}\`

A condition compares two values, \`{"op": "<", "left": …, "right": …}\` with \`==\`, \`!=\`, \`<\`, \`<=\`, \`>\`, \`>=\`, or combines
conditions: \`{"op": "and", "conditions": […]}\`, \`{"op": "or", "conditions": […]}\`, \`{"op": "not", "condition": …}\`.

A value is always an object: \`{"field": "…"}\`, \`{"param": "…"}\`, \`{"value": 5}\`, or a computation wrapped in \`compute\`, such as
\`{"compute": {"op": "*", "left": {"field": "…"}, "right": {"value": 2}}}\`. Computations are \`+ - * /\` (left, right), \`max min\` (values),
\`ceil floor round abs\` (value), \`clamp\` (value, min, max) and \`div0\` (numerator, denominator, default), which is safe where \`/\` divides by 0.

${fields}`;
  return text.trim() === '' ? grammar : `${grammar}\n\n${languageText(text, constraints, trees)}`;
}

function mistakes(trees: ReadonlyMap<string, readonly string[]>): string {
  const lines = ['Leaving out a key of the current policy: the answer replaces the whole document.'];
  if (trees.size > 0) {
    lines.push(
      'Writing a bare number or name where a value is expected: `"right": 5` must be `"right": {"value": 5}`.',
      'Writing a computation without its wrapper: `{"op": "+", …}` as a value must be `{"compute": {"op": "+", …}}`.',
      'Using the same `node_id` twice, also in different trees.',
      'Naming a parameter in a tree that `parameters` does not define.',
    );
  }
  if (trees.size > 1) lines.push('Using an action in the wrong tree: each tree has its own list of actions.');
  return `## Common mistakes\n${list(lines)}`;
}
