import type { PolicyDocument } from '@simcash/engine';
import { Table } from '@simcash/pictures';
import type { JSX } from 'preact';
import { isSame, treeChanges, type NodeChange } from './policy-diff.js';
import { TREE_TITLES } from './policy-tree.js';

/** What is different between two policies: parameters, and trees node by node (P16, spec 16 §9). */
export function PolicyChanges({ after, before }: { before: PolicyDocument; after: PolicyDocument }): JSX.Element {
  const [old, now] = [before.parameters ?? {}, after.parameters ?? {}];
  const names = [...new Set([...Object.keys(old), ...Object.keys(now)])].filter((name) => old[name] !== now[name]);
  const trees = treeChanges(before, after);
  if (names.length + trees.length === 0) return <p>The two policies do the same.</p>;
  return (
    <>
      {names.length > 0 && (
        <Table
          head={['Parameter', 'Before', 'After', 'Exactly']}
          texts={[0, 3]}
          rows={names.map((name) => [name, short(old[name]), short(now[name]), `${exact(old[name])} → ${exact(now[name])}`])}
        />
      )}
      {trees.map(({ root, tree }) => (
        <section key={tree}>
          <h4>{TREE_TITLES[tree]}</h4>
          <ul class="tree">
            <Change change={root} />
          </ul>
        </section>
      ))}
    </>
  );
}

const exact = (value: number | undefined): string => (value === undefined ? 'none' : String(value));
const short = (value: number | undefined): string => (value === undefined ? '–' : String(Number(value.toPrecision(4))));

const SIGNS: Readonly<Record<NodeChange['mark'], string>> = { same: '', changed: '~ ', added: '+ ', removed: '− ' };

/** Branches in which nothing is different are folded. */
function Change({ change }: { change: NodeChange }): JSX.Element {
  const { before, branches, id, mark, text } = change;
  const line = (
    <>
      <b>{SIGNS[mark]}</b>
      {before !== null && (
        <>
          <del>{before}</del> →{' '}
        </>
      )}
      <code>{text}</code> <span class="soft">{id}</span>
    </>
  );
  const below = branches.length > 0 && (
    <ul>
      {branches.map((branch, i) => (
        <Change key={i} change={branch} />
      ))}
    </ul>
  );
  if (below !== false && isSame(change))
    return (
      <li>
        <details>
          <summary>{line}</summary>
          {below}
        </details>
      </li>
    );
  return (
    <li class={mark}>
      {line}
      {below}
    </li>
  );
}
