import { createHash } from 'node:crypto';
import { jsonrepair } from 'jsonrepair';
import type { Policy } from '@simcash/protocol';

/** What a model's answer says. */
export type Reading = { policy: Policy; error: null } | { policy: null; error: string };

const VERSION = '2.0';

/** Containers within containers; a policy cannot have more (spec 06 §2.5). */
const MAX_NESTING = 127;

/**
 * Reads a policy out of a model's answer: out of its first fenced block if it has one, else out of the first object in it. Slips of
 * the pen are mended; an answer that breaks off is not, because the rest would have to be invented. What is missing in the head of
 * the document and in its nodes is filled in (spec 11 §11.2).
 */
export function readPolicy(answer: string): Reading {
  const text = answer.replace(/^\s*<think>[^]*?<\/think>/, '').trim();
  if (text === '') return { policy: null, error: 'the answer is empty' };
  const json = firstObject(fenced(text));
  if ('error' in json) return { policy: null, error: json.error };
  try {
    return { policy: completed(parsed(json.text)), error: null };
  } catch (error) {
    return { policy: null, error: `the answer is not JSON: ${(error as Error).message}` };
  }
}

function fenced(text: string): string {
  // A document that stands alone may have such marks inside its strings.
  if (text.startsWith('{')) return text;
  const block = /```[^\S\n]*\w*\s*([^]*?)(?:```|$)/.exec(text);
  return block?.[1] ?? text;
}

/** The text from the first opening brace to the one that closes it. */
function firstObject(text: string): { text: string } | { error: string } {
  const start = text.indexOf('{');
  if (start < 0) return { error: 'the answer contains no JSON object' };
  let depth = 0;
  for (let i = start; i < text.length; i++) {
    const c = text[i]!;
    if (c === '"') i = endOfString(text, i);
    else if (c === '{' || c === '[') {
      if (++depth > MAX_NESTING) return { error: `the answer nests more than ${MAX_NESTING} containers` };
    } else if ((c === '}' || c === ']') && --depth === 0) return { text: text.slice(start, i + 1) };
  }
  return { error: 'the answer breaks off: its JSON object is not closed' };
}

function endOfString(text: string, start: number): number {
  for (let i = start + 1; i < text.length; i++) {
    if (text[i] === '\\') i++;
    else if (text[i] === '"') return i;
  }
  return text.length;
}

function parsed(text: string): Record<string, unknown> {
  try {
    return JSON.parse(text) as Record<string, unknown>;
  } catch {
    return JSON.parse(jsonrepair(text)) as Record<string, unknown>;
  }
}

function completed(document: Record<string, unknown>): Policy {
  const hash = createHash('sha256').update(JSON.stringify(document)).digest('hex');
  return withNodeIds({ version: VERSION, policy_id: `llm_policy_${hash.slice(0, 8)}`, ...document });
}

/** The order in which nodes are numbered. */
const TREES = ['payment_tree', 'strategic_collateral_tree', 'end_of_tick_collateral_tree', 'bank_tree'];

type Tree = Record<string, unknown>;

const isTree = (value: unknown): value is Tree => typeof value === 'object' && value !== null && !Array.isArray(value);

const BRANCHES = ['on_true', 'on_false'] as const;

/** Gives nodes without an id one, `{tree}_node_{number}`, numbered in reading order over the whole policy; ids stay unique. */
function withNodeIds(policy: Policy): Policy {
  const taken = new Set<unknown>();
  const collect = (node: unknown): void => {
    if (!isTree(node)) return;
    taken.add(node.node_id);
    for (const branch of BRANCHES) collect(node[branch]);
  };
  let counter = 0;
  const nextId = (tree: string): string => {
    const id = `${tree.replace(/_tree$/, '')}_node_${++counter}`;
    return taken.has(id) ? nextId(tree) : id;
  };
  const number = (node: unknown, tree: string): unknown => {
    if (!isTree(node)) return node;
    const head = 'type' in node && (node.node_id ?? '') === '' ? { ...node, node_id: nextId(tree) } : node;
    const branches = BRANCHES.filter((branch) => branch in node).map((branch) => [branch, number(node[branch], tree)] as const);
    return { ...head, ...Object.fromEntries(branches) };
  };
  for (const tree of TREES) collect(policy[tree]);
  const trees = TREES.filter((tree) => tree in policy).map((tree) => [tree, number(policy[tree], tree)] as const);
  return { ...policy, ...Object.fromEntries(trees) };
}
