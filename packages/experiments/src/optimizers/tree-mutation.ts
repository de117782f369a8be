import type { Policy } from '@simcash/protocol';
import type { OptimizerSettingsOf } from '../definition/schema.js';
import { treeKey, type PolicyConstraints } from '../policies/constraints.js';
import { optimizerSeed } from '../seeds.js';
import { bestOf } from './candidate-search.js';
import { found, noChange, type PolicyOptimizer, type Proposal, type ProposalRequest } from './optimizer.js';
import { SearchRandom } from './random.js';
import { at, dimensions, fit, position, type Dimension } from './search-space.js';

type Node = Readonly<Record<string, unknown>>;

/** Actions that need no parameters, so that a mutation can put them anywhere. */
const BARE_ACTIONS = new Set(['Release', 'ReleaseWithCredit', 'Hold', 'Drop', 'NoAction', 'HoldCollateral', 'WithdrawFromRtgs']);

const COMPARISONS = ['<', '<=', '>', '>='];

/** Attempts to find changes that are allowed. */
const LIMIT = 200;

/** Changes trees and parameters at random within what is allowed, and proposes the cheapest result (spec 11 §20.8). */
export class TreeMutationOptimizer implements PolicyOptimizer {
  readonly kind = 'tree-mutation';

  constructor(private readonly settings: OptimizerSettingsOf<'tree-mutation'>) {}

  async propose({ problems, search, seed, view }: ProposalRequest): Promise<Proposal> {
    const random = new SearchRandom(optimizerSeed(seed, 'tree', view.agent_id));
    const mutation = new Mutation(view.constraints, random);
    const candidates: Policy[] = [view.policy];
    for (let tries = 0; candidates.length <= this.settings.candidates && tries < LIMIT; tries++) {
      let candidate = view.policy;
      for (let n = 1 + random.int(this.settings.max_mutations); n > 0; n--) candidate = mutation.of(candidate);
      if (problems(candidate).length === 0) candidates.push(candidate);
    }
    if (candidates.length === 1) return noChange('no change is allowed');
    const best = await bestOf(search, candidates);
    return best === view.policy && search.race === null
      ? noChange(`none of ${candidates.length - 1} changed policies is cheaper`)
      : found(best);
  }
}

/** One random change of a policy. */
class Mutation {
  /** Numbers that have bounds on both sides. */
  readonly #space: readonly Dimension[];

  constructor(
    private readonly constraints: PolicyConstraints,
    private readonly random: SearchRandom,
  ) {
    this.#space = dimensions(constraints).filter(({ max, min }) => Number.isFinite(max - min));
  }

  of(policy: Policy): Policy {
    const trees = Object.keys(this.constraints.allowed_actions).filter((tree) => isNode(policy[treeKey(tree)]));
    const choices = [
      ...trees.map((tree) => () => this.#tree(policy, tree)),
      ...(this.#space.length > 0 ? [() => this.#parameter(policy)] : []),
    ];
    return choices.length === 0 ? policy : this.random.pick(choices)();
  }

  #parameter(policy: Policy): Policy {
    const i = this.random.int(this.#space.length);
    const dimension = this.#space[i]!;
    const from = position(policy, this.#space);
    const moved = from[i]! + 0.1 * (dimension.max - dimension.min) * this.random.normal();
    return at(policy, this.#space, from.with(i, fit(moved, dimension)));
  }

  #tree(policy: Policy, tree: string): Policy {
    const key = treeKey(tree);
    const root = policy[key] as Node;
    const target = this.random.int(size(root));
    let counter = 0;
    const visit = (node: Node): Node => {
      if (counter++ === target) return this.#node(node, tree);
      if (node.type !== 'condition') return node;
      return { ...node, on_true: visit(node.on_true as Node), on_false: visit(node.on_false as Node) };
    };
    return { ...policy, [key]: numbered(visit(root), key) };
  }

  /** Replaces an action, puts a condition before a node, takes one away, or moves its threshold. */
  #node(node: Node, tree: string): Node {
    if (node.type === 'condition') {
      const way = this.random.int(3);
      if (way === 0) return node[this.random.pick(['on_true', 'on_false'])] as Node;
      if (way === 1) return { ...node, on_true: node.on_false, on_false: node.on_true };
      return { ...node, condition: this.#threshold(node.condition as Node) };
    }
    if (this.random.int(2) === 0) return this.#action(tree) ?? node;
    const other = this.#action(tree);
    const condition = this.#condition();
    if (other === null || condition === null) return node;
    return { type: 'condition', node_id: '', condition, on_true: other, on_false: node };
  }

  #action(tree: string): Node | null {
    const actions = this.constraints.allowed_actions[tree]!.filter((action) => BARE_ACTIONS.has(action));
    return actions.length === 0 ? null : { type: 'action', node_id: '', action: this.random.pick(actions) };
  }

  #condition(): Node | null {
    const { allowed_fields: fields } = this.constraints;
    if (fields.length === 0) return null;
    const right = { value: this.#size() };
    return { op: this.random.pick(COMPARISONS), left: { field: this.random.pick(fields) }, right };
  }

  #threshold(condition: Node): Node {
    const { right } = condition;
    if (!isNode(right) || typeof right.value !== 'number') return condition;
    const factor = 0.5 + this.random.unit();
    return { ...condition, right: { value: Math.round(right.value * factor) } };
  }

  /** Fields count ticks or cents: sizes from 1 to ten million, each order of magnitude as likely as the others. */
  #size(): number {
    return (1 + this.random.int(9)) * 10 ** this.random.int(7);
  }
}

const isNode = (value: unknown): value is Node => typeof value === 'object' && value !== null && !Array.isArray(value);

function size(node: Node): number {
  return node.type === 'condition' ? 1 + size(node.on_true as Node) + size(node.on_false as Node) : 1;
}

/** Gives all nodes ids of their own, in reading order. */
function numbered(root: Node, tree: string): Node {
  let counter = 0;
  const visit = (node: Node): Node => {
    const node_id = `${tree.replace(/_tree$/, '')}_${++counter}`;
    if (node.type !== 'condition') return { ...node, node_id };
    return { ...node, node_id, on_true: visit(node.on_true as Node), on_false: visit(node.on_false as Node) };
  };
  return visit(root);
}
