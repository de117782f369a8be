import type { JSX } from 'preact';
import { round, WIDTH } from '../drawing/chart.js';
import { Legend, Nothing, Picture, Table } from '../drawing/figure.js';
import { roundTicks } from '../drawing/scales.js';
import { colour, DASHES } from '../palette.js';
import { short, whole } from '../text/format.js';
import type { EstimateFigures, ExperimentFigures, ProposalFigures } from './figures.js';

const [LEFT, RIGHT, TOP, BOTTOM] = [64, WIDTH - 14, 10, 220];

/** Cents as units of 100, with two digits. */
export const units = (cents: number): string =>
  (cents / 100).toLocaleString('en-US', { minimumFractionDigits: 2, maximumFractionDigits: 2 });
const interval = ({ lower, upper }: EstimateFigures): string =>
  lower === null || upper === null ? '–' : `${units(lower)} … ${units(upper)}`;

interface Place {
  x(iteration: number): number;
  y(value: number): number;
}

/** Axes of iterations and values with a picture between them. */
function Axes({
  about,
  children,
  high,
  last,
  low,
  text,
}: {
  about: string;
  last: number;
  low: number;
  high: number;
  text: (value: number) => string;
  children: (place: Place) => JSX.Element[];
}): JSX.Element {
  const values = roundTicks(low, high);
  const [from, to] = [values[0]!, values.at(-1)!];
  const place: Place = {
    x: (iteration) => round(LEFT + ((RIGHT - LEFT) * iteration) / Math.max(last, 1)),
    y: (value) => round(BOTTOM - ((BOTTOM - TOP) * (value - from)) / (to - from)),
  };
  const marks = roundTicks(0, Math.max(last, 1), 10).filter((mark) => Number.isInteger(mark) && mark <= last);
  return (
    <svg viewBox={`0 0 ${WIDTH} 250`} role="img" aria-label={about}>
      {values.map((value) => (
        <g key={value}>
          <line class={value === 0 ? 'zero' : 'grid'} x1={LEFT} x2={RIGHT} y1={place.y(value)} y2={place.y(value)} />
          <text class="tick" x={LEFT - 5} y={place.y(value) + 4} text-anchor="end">
            {text(value)}
          </text>
        </g>
      ))}
      {marks.map((mark) => (
        <text key={mark} class="tick" x={place.x(mark)} y={BOTTOM + 16} text-anchor="middle">
          {whole(mark)}
        </text>
      ))}
      <text class="tick" x={(LEFT + RIGHT) / 2} y={BOTTOM + 29} text-anchor="middle">
        iteration
      </text>
      {children(place)}
    </svg>
  );
}

/** P17: does it get better, and is that more than chance? */
export function LearningPicture({ figures: { banks, costs, days, proposals } }: { figures: ExperimentFigures }): JSX.Element {
  const title = 'What the policies in force cost';
  if (costs.length === 0) return <Nothing number="P17" title={title} text="No iteration is complete." />;
  const known = costs.flatMap(({ by_bank }) =>
    banks.flatMap((bank) => [by_bank[bank]!.upper ?? by_bank[bank]!.mean, by_bank[bank]!.mean]),
  );
  const tried = proposals.flatMap(({ new_cost }) => new_cost ?? []);
  // A proposal that costs a hundred times as much would press everything else to the floor.
  const high = Math.max(...known);
  const shown = proposals.filter(({ new_cost }) => new_cost !== null && new_cost <= high * 1.5);
  const last = Math.max(costs.at(-1)!.iteration, ...shown.map(({ iteration }) => iteration + 1));
  return (
    <Picture
      number="P17"
      title={`${title}, in units of 100 cents${days > 1 ? ' a day' : ''}`}
      reading={
        days > 1
          ? `Lines are means over the same ${whole(days)} days for every iteration, bands their 95 % intervals. A full circle is a proposal that was accepted, an empty one a proposal that was not.`
          : 'Lines are the costs of the iterations. A full circle is a proposal that was accepted, an empty one a proposal that was not.'
      }
      caption={
        tried.length > shown.length
          ? `${tried.length - shown.length} proposals cost so much that they lie above the picture.`
          : undefined
      }
      data={
        <Table
          head={['Iteration', ...banks.flatMap((bank) => [bank, '95 %'])]}
          rows={costs.map(({ by_bank, iteration }) => [
            whole(iteration),
            ...banks.flatMap((bank) => [units(by_bank[bank]!.mean), interval(by_bank[bank]!)]),
          ])}
        />
      }
    >
      <Axes about={title} last={last} low={0} high={Math.max(high, ...shown.map(({ new_cost }) => new_cost!)) / 100} text={short}>
        {({ x, y }) => [
          ...banks.map((bank, i) => {
            const points = costs.map(({ by_bank, iteration }) => ({ iteration, ...by_bank[bank]! }));
            const sure = points.filter(({ lower }) => lower !== null);
            const band = [
              ...sure.map(({ iteration, upper }) => `${x(iteration)},${y(upper! / 100)}`),
              ...sure.map(({ iteration, lower }) => `${x(iteration)},${y(lower! / 100)}`).reverse(),
            ];
            return (
              <g key={bank}>
                {sure.length > 1 && <polygon points={band.join(' ')} fill={colour(i)} fill-opacity="0.16" />}
                <path
                  class="line"
                  d={points.map(({ iteration, mean }, k) => `${k === 0 ? 'M' : 'L'}${x(iteration)},${y(mean / 100)}`).join('')}
                  stroke={colour(i)}
                  stroke-dasharray={DASHES[i % DASHES.length]}
                />
              </g>
            );
          }),
          ...shown.map(({ bank, iteration, new_cost, outcome }, k) => (
            <circle
              key={`p${k}`}
              cx={x(iteration + 1)}
              cy={y(new_cost! / 100)}
              r="3.5"
              fill={outcome === 'accepted' ? colour(banks.indexOf(bank)) : 'none'}
              stroke={colour(banks.indexOf(bank))}
            />
          )),
        ]}
      </Axes>
      <Legend entries={banks.map((name, i) => ({ name, colour: i, dash: i }))} />
    </Picture>
  );
}

/** Proposals that the picture of savings shows at most. */
const MOST_PROPOSALS = 60;

/** P18: what was each proposal worth, and how sure is that? */
export function SavingsPicture({ figures: { banks, days, proposals } }: { figures: ExperimentFigures }): JSX.Element {
  const title = 'What proposals save against the policy in force';
  const judged = proposals.filter(({ saving }) => saving !== null);
  if (judged.length === 0) return <Nothing number="P18" title={title} text="Nothing was compared." />;
  const shown = judged.slice(-MOST_PROPOSALS);
  const limits = shown.flatMap(({ saving }) => [saving!.lower ?? saving!.mean, saving!.upper ?? saving!.mean, saving!.mean]);
  const marks = roundTicks(Math.min(...limits) / 100, Math.max(...limits) / 100, 6);
  const row = 20;
  const [left, right] = [150, WIDTH - 14];
  const x = (units_: number): number => round(left + ((right - left) * (units_ - marks[0]!)) / (marks.at(-1)! - marks[0]!));
  const height = shown.length * row + 28;
  return (
    <Picture
      number="P18"
      title={`${title}, in units of 100 cents${days > 1 ? ' a day' : ''}`}
      reading="Each line is a proposal: its mean saving and the 95 % interval of it. Full circles were accepted. What lies right of 0 saves."
      caption={shown.length < judged.length ? `The last ${shown.length} of ${judged.length}.` : undefined}
      data={<ProposalTable proposals={proposals} />}
    >
      <svg viewBox={`0 0 ${WIDTH} ${height}`} role="img" aria-label={title}>
        {marks.map((mark) => (
          <g key={mark}>
            <line class={mark === 0 ? 'zero' : 'grid'} x1={x(mark)} x2={x(mark)} y1={4} y2={height - 20} />
            <text class="tick" x={x(mark)} y={height - 6} text-anchor="middle">
              {short(mark)}
            </text>
          </g>
        ))}
        {shown.map(({ bank, iteration, outcome, saving }, k) => {
          const y = 14 + k * row;
          const [i, { lower, mean, upper }] = [banks.indexOf(bank), saving!];
          return (
            <g key={k}>
              <text class="tick" x={left - 8} y={y + 4} text-anchor="end">
                {`${iteration}  ${bank}`}
              </text>
              {lower !== null && upper !== null && (
                <line x1={x(lower / 100)} x2={x(upper / 100)} y1={y} y2={y} stroke={colour(i)} stroke-width="2" />
              )}
              <circle
                cx={x(mean / 100)}
                cy={y}
                r="4"
                fill={outcome === 'accepted' ? colour(i) : 'var(--paper)'}
                stroke={colour(i)}
                stroke-width="1.5"
              />
            </g>
          );
        })}
      </svg>
      <Legend entries={banks.map((name, i) => ({ name, colour: i, dash: 0 }))} />
    </Picture>
  );
}

function ProposalTable({ proposals }: { proposals: readonly ProposalFigures[] }): JSX.Element {
  return (
    <Table
      head={['Iteration', 'Bank', 'What', 'Old cost', 'New cost', 'Saves', '95 %', 'Decision']}
      texts={[1, 2, 7]}
      rows={proposals.map(({ bank, change, iteration, new_cost, old_cost, outcome, reason, saving }) => [
        whole(iteration),
        bank,
        change,
        old_cost === null ? '–' : units(old_cost),
        new_cost === null ? '–' : units(new_cost),
        saving === null ? '–' : units(saving.mean),
        saving === null ? '–' : interval(saving),
        `${outcome}: ${reason}`,
      ])}
    />
  );
}

/** P19: how did a parameter move? */
export function ParametersPicture({ figures: { banks, parameters } }: { figures: ExperimentFigures }): JSX.Element {
  const names = [...new Set(parameters.flatMap(({ by_bank }) => Object.values(by_bank).flatMap(Object.keys)))];
  if (names.length === 0) return <Nothing number="P19" title="How parameters moved" text="The policies have no parameters." />;
  return (
    <>
      {names.map((name) => {
        const values = parameters.flatMap(({ by_bank }) => Object.values(by_bank).flatMap((own) => own[name] ?? []));
        return (
          <Picture
            key={name}
            number="P19"
            title={`How ${name} moved`}
            reading="A line for each bank: the value in force in each iteration."
            data={
              <Table
                head={['Iteration', ...banks]}
                rows={parameters.map(({ by_bank, iteration }) => [
                  whole(iteration),
                  ...banks.map((bank) => String(by_bank[bank]?.[name] ?? '–')),
                ])}
              />
            }
          >
            <Axes
              about={name}
              last={parameters.at(-1)!.iteration}
              low={Math.min(...values)}
              high={Math.max(...values)}
              text={short}
            >
              {({ x, y }) =>
                banks.map((bank, i) => {
                  const points = parameters.flatMap(({ by_bank, iteration }) => {
                    const value = by_bank[bank]?.[name];
                    return value === undefined ? [] : [[iteration, value] as const];
                  });
                  const path = points.map(([iteration, value], k) =>
                    k === 0 ? `M${x(iteration)},${y(value)}` : `H${x(iteration)}V${y(value)}`,
                  );
                  return (
                    <path
                      key={bank}
                      class="line"
                      d={path.join('')}
                      stroke={colour(i)}
                      stroke-dasharray={DASHES[i % DASHES.length]}
                    />
                  );
                })
              }
            </Axes>
            <Legend entries={banks.map((bank, i) => ({ name: bank, colour: i, dash: i }))} />
          </Picture>
        );
      })}
    </>
  );
}
