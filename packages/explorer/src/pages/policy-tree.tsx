import { TREE_NAMES, type PolicyDocument, type PolicyNode } from '@simcash/engine';
import { Table } from '@simcash/pictures';
import type { JSX } from 'preact';
import { nodeText } from './node-text.js';
import { TreeDrawing } from './tree-drawing.js';

export const TREE_TITLES: Readonly<Record<(typeof TREE_NAMES)[number], string>> = {
  payment_tree: 'About each payment',
  bank_tree: 'Once a tick',
  strategic_collateral_tree: 'About collateral, as the tick begins',
  end_of_tick_collateral_tree: 'About collateral, as the tick ends',
};

/** What a policy does: its trees as drawings and as outlines (P15, spec 16 §9). */
export function PolicyTree({ policy }: { policy: PolicyDocument }): JSX.Element {
  const parameters = Object.entries(policy.parameters ?? {});
  return (
    <>
      {parameters.length > 0 && (
        <Table head={['Parameter', 'Value']} rows={parameters.map(([name, value]) => [name, String(value)])} />
      )}
      {TREE_NAMES.map((name) => {
        const root = policy[name];
        return root === null || root === undefined ? null : (
          <section key={name}>
            <h3>{TREE_TITLES[name]}</h3>
            <TreeDrawing about={TREE_TITLES[name]} root={root} />
            <ul class="tree">
              <Node node={root} />
            </ul>
          </section>
        );
      })}
    </>
  );
}

function Node({ branch, node }: { node: PolicyNode; branch?: 'yes' | 'no' }): JSX.Element {
  const about = node.type === 'condition' ? node.description : undefined;
  return (
    <li>
      {branch !== undefined && <span class={branch}>{branch}: </span>}
      <code>{nodeText(node)}</code> <span class="soft">{node.node_id}</span>
      {about !== undefined && about !== '' && <span class="soft"> · {about}</span>}
      {node.type === 'condition' && (
        <ul>
          <Node node={node.on_true} branch="yes" />
          <Node node={node.on_false} branch="no" />
        </ul>
      )}
    </li>
  );
}
