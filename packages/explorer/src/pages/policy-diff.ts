import { TREE_NAMES, type PolicyDocument, type PolicyNode, type TreeName } from '@simcash/engine';
import { nodeText } from './node-text.js';

/** A node of the new policy beside the one that it was; of nodes that are gone, the old one alone. */
export interface NodeChange {
  readonly id: string;
  readonly mark: 'same' | 'changed' | 'added' | 'removed';
  readonly text: string;
  /** What it said before, where that is different. */
  readonly before: string | null;
  /** Branches for yes and for no; of an action none. */
  readonly branches: readonly NodeChange[];
}

/** Trees in which anything is different, node by node (P16, spec 16 §9). */
export function treeChanges(before: PolicyDocument, after: PolicyDocument): { tree: TreeName; root: NodeChange }[] {
  return TREE_NAMES.flatMap((tree) => {
    const [old, now] = [before[tree] ?? null, after[tree] ?? null];
    if (old === null && now === null) return [];
    const root = now === null ? wholeTree(old!, 'removed') : new Comparison(old, now).root;
    return isSame(root) ? [] : [{ tree, root }];
  });
}

/** Whether nothing in it is different. */
export const isSame = ({ branches, mark }: NodeChange): boolean => mark === 'same' && branches.every(isSame);

const branchesOf = (node: PolicyNode | null): PolicyNode[] => (node?.type === 'condition' ? [node.on_true, node.on_false] : []);

function* nodesOf(node: PolicyNode | null): Generator<PolicyNode> {
  if (node === null) return;
  yield node;
  for (const branch of branchesOf(node)) yield* nodesOf(branch);
}

function wholeTree(node: PolicyNode, mark: 'added' | 'removed'): NodeChange {
  const branches = branchesOf(node).map((branch) => wholeTree(branch, mark));
  return { id: node.node_id, mark, text: nodeText(node), before: null, branches };
}

/** Two trees: nodes belong together by their ids, else by their place if they are of the same kind. */
class Comparison {
  readonly root: NodeChange;
  readonly #old: ReadonlyMap<string, PolicyNode>;
  readonly #now: ReadonlySet<string>;
  readonly #matched = new Set<string>();

  constructor(before: PolicyNode | null, after: PolicyNode) {
    this.#old = new Map([...nodesOf(before)].map((node) => [node.node_id, node]));
    this.#now = new Set([...nodesOf(after)].map(({ node_id }) => node_id));
    this.root = this.#compare(before, after);
  }

  /** `place` is what stood where the new node stands. */
  #compare(place: PolicyNode | null, now: PolicyNode): NodeChange {
    const sameKind = place !== null && place.type === now.type && !this.#now.has(place.node_id) ? place : null;
    const old = this.#old.get(now.node_id) ?? sameKind;
    if (old === null)
      return { ...wholeTree(now, 'added'), branches: branchesOf(now).map((branch) => this.#compare(null, branch)) };
    this.#matched.add(old.node_id);
    const [before, text] = [nodeText(old), nodeText(now)];
    const places = branchesOf(old);
    const branches = branchesOf(now).map((branch, i) => this.#compare(places[i] ?? null, branch));
    // What stood below and has no place any more is told where it stood.
    const gone = places.filter((branch) => !this.#matched.has(branch.node_id) && !this.#now.has(branch.node_id));
    return {
      id: now.node_id,
      mark: before === text ? 'same' : 'changed',
      text,
      before: before === text ? null : before,
      branches: [...branches, ...gone.map((branch) => wholeTree(branch, 'removed'))],
    };
  }
}
