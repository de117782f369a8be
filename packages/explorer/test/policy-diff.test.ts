import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { PolicyDocument, PolicyNode } from '../../engine/src/index.js';
import { isSame, treeChanges, type NodeChange } from '../src/pages/policy-diff.js';

/** What is different between two policies, node by node. */

const hold = (id: string): PolicyNode => ({ type: 'action', node_id: id, action: 'Hold' });
const release = (id: string): PolicyNode => ({ type: 'action', node_id: id, action: 'Release' });
const when = (id: string, limit: number, on_true: PolicyNode, on_false: PolicyNode): PolicyNode => ({
  ...{ type: 'condition', node_id: id, on_true, on_false },
  condition: { op: '<=', left: { field: 'ticks_to_deadline' }, right: { value: limit } },
});
const policy = (payment_tree: PolicyNode): PolicyDocument => ({ version: '1.0', policy_id: 'x', payment_tree });

function* all(change: NodeChange): Generator<NodeChange> {
  yield change;
  for (const branch of change.branches) yield* all(branch);
}
const marks = (before: PolicyNode, after: PolicyNode): string[] =>
  treeChanges(policy(before), policy(after)).flatMap(({ root }) =>
    [...all(root)].filter(({ mark }) => mark !== 'same').map(({ id, mark }) => `${mark} ${id}`),
  );

describe('two trees', () => {
  it('differ in a node that says something else', () => {
    expect(marks(when('a', 5, release('b'), hold('c')), when('a', 3, release('b'), hold('c')))).toEqual(['changed a']);
    const [change] = treeChanges(policy(hold('a')), policy(release('a')));
    expect(change!.root).toMatchObject({ before: 'Hold', text: 'Release' });
  });

  it('are compared by ids where these moved, by place where they were renamed', () => {
    expect(marks(when('a', 5, release('b'), hold('c')), when('a', 5, hold('c'), release('b')))).toEqual([]);
    expect(marks(when('a', 5, release('b'), hold('c')), when('z', 5, release('y'), hold('x')))).toEqual([]);
  });

  it('tell what came and what went', () => {
    const small = when('a', 5, release('b'), hold('c'));
    const large = when('a', 5, release('b'), when('d', 9, release('e'), hold('c')));
    expect(marks(small, large)).toEqual(['added d', 'added e']);
    expect(marks(large, small)).toEqual(['removed d', 'removed e', 'removed c']);
  });

  it('may be there in one policy only', () => {
    const none: PolicyDocument = { version: '1.0', policy_id: 'x', payment_tree: null };
    expect(treeChanges(none, policy(hold('a')))).toMatchObject([{ tree: 'payment_tree', root: { mark: 'added' } }]);
    expect(treeChanges(policy(hold('a')), none)).toMatchObject([{ tree: 'payment_tree', root: { mark: 'removed' } }]);
    expect(treeChanges(none, none)).toEqual([]);
  });
});

const { tree } = fc.letrec<{ tree: PolicyNode }>((tie) => ({
  tree: fc.oneof(
    { maxDepth: 4, withCrossShrink: true },
    fc.constantFrom(hold('?'), release('?')),
    fc.record({ limit: fc.nat(5), yes: tie('tree'), no: tie('tree') }).map(({ limit, no, yes }) => when('?', limit, yes, no)),
  ),
}));

/** The tree with ids that no two of its nodes share. */
function numbered(node: PolicyNode, next = { id: 0 }): PolicyNode {
  const node_id = `n${next.id++}`;
  if (node.type === 'action') return { ...node, node_id };
  return { ...node, node_id, on_true: numbered(node.on_true, next), on_false: numbered(node.on_false, next) };
}

it('any two trees: a tree is the same as itself, and every node of the new one is told of once', () => {
  fc.assert(
    fc.property(
      tree.map((one) => numbered(one)),
      tree.map((one) => numbered(one)),
      (before, after) => {
        expect(treeChanges(policy(before), policy(before))).toEqual([]);
        const changes = treeChanges(policy(before), policy(after));
        if (changes.length === 0) return;
        const { root } = changes[0]!;
        expect(isSame(root)).toBe(false);
        const told = [...all(root)].filter(({ mark }) => mark !== 'removed').map(({ id }) => id);
        const ids = (node: PolicyNode): string[] =>
          node.type === 'action' ? [node.node_id] : [node.node_id, ...ids(node.on_true), ...ids(node.on_false)];
        expect(told.sort()).toEqual(ids(after).sort());
      },
    ),
    { numRuns: 500, seed: 1 },
  );
});
