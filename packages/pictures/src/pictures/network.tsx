import { forceCenter, forceCollide, forceLink, forceManyBody, forceSimulation } from 'd3-force';
import type { JSX } from 'preact';
import { round, WIDTH } from '../drawing/chart.js';
import { Nothing, Picture, Table } from '../drawing/figure.js';
import type { RunFigures } from '../figures.js';
import { amount, label, ratio, share, shortAmount, whole } from '../text/format.js';

const TITLE = 'Who pays whom';
const MOST_NODES = 30;
const MOST_LINKS = 70;
/** Below this share of the value there is no core to draw (spec 16 P10). */
const LEAST_SHARE = 0.1;

interface Node {
  readonly bank: string;
  readonly value: number;
  x: number;
  y: number;
}

/** P10: who is central? */
export function NetworkPicture({ figures: { money, sheet } }: { figures: RunFigures }): JSX.Element {
  const pairs = sheet.pairs.filter(({ receiver, sender, value_settled }) => sender !== receiver && value_settled > 0);
  const total = pairs.reduce((sum, pair) => sum + pair.value_settled, 0);
  if (total === 0) return <Nothing number="P10" title={TITLE} text="No bank paid another one." />;
  const values = new Map<string, number>();
  for (const { receiver, sender, value_settled } of pairs)
    for (const bank of [sender, receiver]) values.set(bank, (values.get(bank) ?? 0) + value_settled);
  const ranked = [...values].sort(([a, x], [b, y]) => y - x || (a < b ? -1 : 1));
  const banks = ranked.slice(0, MOST_NODES).map(([bank]) => bank);
  const isShown = (bank: string): boolean => banks.includes(bank);
  const between = pairs.filter(({ receiver, sender }) => isShown(sender) && isShown(receiver));
  const covered = between.reduce((sum, pair) => sum + pair.value_settled, 0) / total;
  const table = (
    <Table
      head={['From', 'To', 'Payments', 'Value', 'Share']}
      texts={[0, 1]}
      rows={[...pairs]
        .sort((a, b) => b.value_settled - a.value_settled || (a.sender < b.sender ? -1 : 1))
        .slice(0, 100)
        .map((pair) => [
          pair.sender,
          pair.receiver,
          whole(pair.legs_settled),
          amount(pair.value_settled, money),
          share(pair.value_settled / total),
        ])}
    />
  );
  if (covered < LEAST_SHARE)
    return (
      <>
        <Nothing
          number="P10"
          title={TITLE}
          text={`The ${banks.length} largest of ${ranked.length} banks have ${share(covered)} of the value between them: there is no core to draw.`}
        />
        {table}
      </>
    );
  const links = linksOf(between);
  const drawn = links.slice(0, MOST_LINKS);
  const nodes = placed(banks, values, drawn);
  const at = new Map(nodes.map((node) => [node.bank, node]));
  const widest = drawn[0]!.value;
  const largest = Math.max(...nodes.map(({ value }) => value));
  const [minX, maxX] = [Math.min(...nodes.map(({ x }) => x)) - 70, Math.max(...nodes.map(({ x }) => x)) + 70];
  const [minY, maxY] = [Math.min(...nodes.map(({ y }) => y)) - 40, Math.max(...nodes.map(({ y }) => y)) + 46];
  // A small network is not blown up.
  const margin = Math.max(0, (WIDTH - (maxX - minX)) / 2);
  return (
    <Picture
      number="P10"
      title={`${TITLE}: settled value between banks`}
      reading="A circle is a bank, larger for more value; a line is what two banks paid each other, wider for more, with an arrow where more flows."
      caption={`${share(covered)} of all value flows between these ${banks.length} of ${ranked.length} banks; ${drawn.length} of ${links.length} links drawn.`}
      data={table}
    >
      <svg
        viewBox={`${round(minX - margin)} ${round(minY)} ${round(maxX - minX + 2 * margin)} ${round(maxY - minY)}`}
        role="img"
        aria-label={TITLE}
      >
        <defs>
          <marker
            id="arrow"
            viewBox="0 0 8 8"
            refX="7"
            refY="4"
            markerWidth="7"
            markerHeight="7"
            orient="auto"
            markerUnits="userSpaceOnUse"
          >
            <path d="M0,0L8,4L0,8z" class="arrow" />
          </marker>
        </defs>
        {drawn.map(({ from, to, value }) => {
          const [a, b] = [at.get(from)!, at.get(to)!];
          const radius = radiusOf(b.value, largest);
          const length = Math.hypot(b.x - a.x, b.y - a.y) || 1;
          const [x2, y2] = [b.x - ((b.x - a.x) / length) * (radius + 2), b.y - ((b.y - a.y) / length) * (radius + 2)];
          return (
            <line
              key={`${from} ${to}`}
              class="link"
              x1={round(a.x)}
              y1={round(a.y)}
              x2={round(x2)}
              y2={round(y2)}
              stroke-width={round(0.6 + 6 * (value / widest))}
              marker-end="url(#arrow)"
            />
          );
        })}
        {nodes.map(({ bank, value, x, y }) => (
          <g key={bank}>
            <circle class="node" cx={round(x)} cy={round(y)} r={round(radiusOf(value, largest))}>
              <title>{`${bank}: ${amount(value, money)}`}</title>
            </circle>
            <text class="name" x={round(x)} y={round(y + radiusOf(value, largest) + 12)} text-anchor="middle">
              {label(bank)}
            </text>
          </g>
        ))}
      </svg>
    </Picture>
  );
}

const radiusOf = (value: number, largest: number): number => 5 + 17 * Math.sqrt(value / largest);

interface Link {
  /** The one that pays more. */
  readonly from: string;
  readonly to: string;
  readonly value: number;
}

/** Value both ways, widest first. */
function linksOf(pairs: readonly { sender: string; receiver: string; value_settled: number }[]): Link[] {
  const both = new Map<string, { a: string; b: string; ab: number; ba: number }>();
  for (const { receiver, sender, value_settled } of pairs) {
    const [a, b] = sender < receiver ? [sender, receiver] : [receiver, sender];
    const key = JSON.stringify([a, b]);
    const link = both.get(key) ?? { a, b, ab: 0, ba: 0 };
    if (sender === a) link.ab += value_settled;
    else link.ba += value_settled;
    both.set(key, link);
  }
  return [...both.values()]
    .map(({ a, ab, b, ba }) => (ab >= ba ? { from: a, to: b, value: ab + ba } : { from: b, to: a, value: ab + ba }))
    .sort((x, y) => y.value - x.value || (x.from < y.from ? -1 : 1));
}

/** Places from a fixed start, by rank on a circle, without chance: same input, same picture. */
function placed(banks: readonly string[], values: ReadonlyMap<string, number>, links: readonly Link[]): Node[] {
  const nodes = banks.map((bank, i): Node => {
    const angle = (2 * Math.PI * i) / banks.length;
    return { bank, value: values.get(bank)!, x: 180 * Math.cos(angle), y: 180 * Math.sin(angle) };
  });
  const widest = links[0]?.value ?? 1;
  const edges = links.map(({ from, to, value }) => ({
    source: banks.indexOf(from),
    target: banks.indexOf(to),
    strength: value / widest,
  }));
  forceSimulation(nodes)
    .force('charge', forceManyBody().strength(-420))
    .force(
      'link',
      forceLink(edges)
        .distance(110)
        .strength((edge) => 0.04 + 0.3 * (edge as unknown as { strength: number }).strength),
    )
    .force('collide', forceCollide(34))
    .force('center', forceCenter(0, 0))
    .stop()
    .tick(500);
  return nodes;
}

const MATRIX = 'Rows pay columns';

/** P11: is the traffic one block, a star, two worlds? */
export function MatrixPicture({ figures: { money, sheet } }: { figures: RunFigures }): JSX.Element {
  const groups = groupsOf(
    sheet.banks.map(({ bank, value_sent, value_received }) => ({ bank, value: value_sent + value_received })),
  );
  const place = new Map(groups.flatMap(({ banks }, i) => banks.map((bank) => [bank, i] as const)));
  const cells = groups.map(() => groups.map(() => 0));
  for (const { receiver, sender, value_settled } of sheet.pairs)
    cells[place.get(sender)!]![place.get(receiver)!]! += value_settled;
  const largest = Math.max(...cells.flat());
  const total = cells.flat().reduce((sum, value) => sum + value, 0);
  if (largest === 0) return <Nothing number="P11" title={MATRIX} text="Nothing settled." />;
  const [left, top] = [128, 110];
  const size = Math.min(28, (WIDTH - left - 12) / groups.length);
  const height = top + groups.length * size + 6;
  const shade = (value: number): number =>
    value === 0 ? 0 : Math.max(1, Math.ceil((Math.log1p(value) / Math.log1p(largest)) ** 4 * 8));
  return (
    <Picture
      number="P11"
      title={`${MATRIX}: settled value`}
      reading="Darker is more, on a scale that keeps small flows visible. Banks are ordered by value."
      caption={groups.some(({ banks }) => banks.length > 1) ? 'Banks after the largest are put together by rank.' : undefined}
    >
      <svg viewBox={`0 0 ${WIDTH} ${round(height)}`} role="img" aria-label={MATRIX}>
        {groups.map(({ name }, i) => (
          <g key={name}>
            <text class="tick" x={left - 6} y={round(top + (i + 0.5) * size + 4)} text-anchor="end">
              {label(name)}
            </text>
            <text class="tick" transform={`translate(${round(left + (i + 0.5) * size + 4)},${top - 6}) rotate(-60)`}>
              {label(name)}
            </text>
          </g>
        ))}
        {cells.flatMap((row, r) =>
          row.map((value, c) => (
            <rect
              key={`${r} ${c}`}
              class={`shade s${shade(value)}`}
              x={round(left + c * size)}
              y={round(top + r * size)}
              width={round(size - 1)}
              height={round(size - 1)}
            >
              <title>{`${groups[r]!.name} → ${groups[c]!.name}: ${amount(value, money)}, ${share(value / total)}`}</title>
            </rect>
          )),
        )}
      </svg>
    </Picture>
  );
}

const EDGES = [20, 50, 100, 200, 500, 1000, Infinity];

/** Up to 30 banks one by one; of more the 20 largest, then groups by rank. */
function groupsOf(banks: readonly { bank: string; value: number }[]): { name: string; banks: string[] }[] {
  const ranked = [...banks].sort((a, b) => b.value - a.value || (a.bank < b.bank ? -1 : 1)).map(({ bank }) => bank);
  const single = ranked.slice(0, ranked.length <= 30 ? 30 : 20).map((bank) => ({ name: bank, banks: [bank] }));
  if (ranked.length <= 30) return single;
  const groups = EDGES.slice(0, -1).flatMap((from, i) => {
    const members = ranked.slice(from, EDGES[i + 1]);
    return members.length === 0 ? [] : [{ name: `${from + 1}–${from + members.length}`, banks: members }];
  });
  return [...single, ...groups];
}

/** How concentrated the payments are. */
export function ConcentrationTable({ figures: { money, sheet } }: { figures: RunFigures }): JSX.Element {
  const { network, system } = sheet;
  return (
    <Table
      head={['Measure', 'Value']}
      rows={[
        ['Links between banks', whole(network.links)],
        ['Density', ratio(network.density, 3)],
        ['Reciprocity, of value', share(network.reciprocity_value)],
        ['Mean path', ratio(network.avg_path_length)],
        ['Herfindahl index of value sent', ratio(system.hhi_sent, 3)],
        ['Share of the three largest senders', share(system.top3_share_sent)],
        ['Value settled', shortAmount(system.value_settled, money)],
      ]}
    />
  );
}
