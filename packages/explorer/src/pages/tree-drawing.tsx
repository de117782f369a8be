import type { PolicyNode } from '@simcash/engine';
import type { JSX } from 'preact';
import { nodeText } from './node-text.js';

/** Nodes that a drawing shows; a larger tree is read as an outline (spec 16 §9). */
const MOST_NODES = 60;
/** Leaves up to which a drawing is made smaller to fit the page; a wider one scrolls. */
const MOST_TO_FIT = 10;
const [BOX_WIDTH, BOX_HEIGHT, GAP, ROW] = [156, 46, 12, 84];
/** Characters of a line in a box, and lines. */
const [LINE, MOST_LINES] = [25, 2];

interface Placed {
  readonly node: PolicyNode;
  readonly x: number;
  readonly y: number;
  /** Where it is come from, and by which answer. */
  readonly from: Placed | null;
  readonly answer: 'yes' | 'no' | null;
}

/**
 * A tree from the top down (P15). With a path, the way that a decision took through it stands out, and what it left aside is faint.
 * Null where there is nothing to see: for a single node, and for more than can be seen at once.
 */
export function TreeDrawing({
  about,
  path,
  root,
}: {
  about: string;
  root: PolicyNode;
  path?: ReadonlySet<string>;
}): JSX.Element | null {
  const size = sizeOf(root);
  if (size.nodes === 1 || size.nodes > MOST_NODES) return null;
  const placed = placesOf(root, 0, 0, null, null);
  const [width, height] = [size.leaves * (BOX_WIDTH + GAP), size.depth * ROW - (ROW - BOX_HEIGHT) + 4];
  const classOf = ({ node }: Placed): string => (path === undefined ? '' : path.has(node.node_id) ? 'taken' : 'aside');
  return (
    <div class={size.leaves <= MOST_TO_FIT ? 'drawing fits' : 'drawing'}>
      <svg viewBox={`0 0 ${width} ${height}`} width={width} height={height} role="img" aria-label={about}>
        {placed.map((one) => one.from !== null && <Way key={one.node.node_id} from={one.from} to={one} class={classOf(one)} />)}
        {placed.map((one) => (
          <Box key={one.node.node_id} at={one} class={classOf(one)} />
        ))}
      </svg>
    </div>
  );
}

const childrenOf = (node: PolicyNode): [PolicyNode, 'yes' | 'no'][] =>
  node.type === 'condition'
    ? [
        [node.on_true, 'yes'],
        [node.on_false, 'no'],
      ]
    : [];

function sizeOf(node: PolicyNode): { nodes: number; leaves: number; depth: number } {
  const below = childrenOf(node).map(([child]) => sizeOf(child));
  return {
    nodes: below.reduce((sum, { nodes }) => sum + nodes, 1),
    leaves: below.reduce((sum, { leaves }) => sum + leaves, 0) || 1,
    depth: 1 + Math.max(0, ...below.map(({ depth }) => depth)),
  };
}

/** Leaves stand side by side, every other node above the middle of what follows it. */
function placesOf(node: PolicyNode, leaf: number, depth: number, from: Placed | null, answer: Placed['answer']): Placed[] {
  const { leaves } = sizeOf(node);
  const own: Placed = { node, x: (leaf + leaves / 2) * (BOX_WIDTH + GAP), y: depth * ROW + 2, from, answer };
  let next = leaf;
  const below = childrenOf(node).flatMap(([child, name]) => {
    const places = placesOf(child, next, depth + 1, own, name);
    next += sizeOf(child).leaves;
    return places;
  });
  return [own, ...below];
}

function Way({ class: name, from, to }: { from: Placed; to: Placed; class: string }): JSX.Element {
  const [top, bottom] = [from.y + BOX_HEIGHT, to.y];
  const middle = (top + bottom) / 2;
  return (
    <g class={name}>
      <path class="way" d={`M${from.x},${top}V${middle}H${to.x}V${bottom}`} />
      <text class={to.answer!} x={to.x + 5} y={bottom - 5}>
        {to.answer}
      </text>
    </g>
  );
}

function Box({ at: { node, x, y }, class: name }: { at: Placed; class: string }): JSX.Element {
  const text = nodeText(node);
  return (
    <g class={`${name} ${node.type}`}>
      <title>{`${node.node_id}: ${text}`}</title>
      <rect x={x - BOX_WIDTH / 2} y={y} width={BOX_WIDTH} height={BOX_HEIGHT} rx={node.type === 'action' ? 12 : 2} />
      {linesOf(text).map((line, i, all) => (
        <text key={i} x={x} y={y + BOX_HEIGHT / 2 + 4 + (i - (all.length - 1) / 2) * 14} text-anchor="middle">
          {line}
        </text>
      ))}
    </g>
  );
}

/** A text in lines that fit a box; what does not fit is in the title. */
function linesOf(text: string): string[] {
  const lines = [''];
  for (const word of text.split(' ')) {
    const longer = lines.at(-1) === '' ? word : `${lines.at(-1)} ${word}`;
    if (longer.length <= LINE || lines.at(-1) === '') lines[lines.length - 1] = longer;
    else lines.push(word);
  }
  const shown = lines.slice(0, MOST_LINES).map((line) => (line.length > LINE + 1 ? `${line.slice(0, LINE)}…` : line));
  if (lines.length > MOST_LINES && !shown.at(-1)!.endsWith('…')) shown[MOST_LINES - 1] += ' …';
  return shown;
}
