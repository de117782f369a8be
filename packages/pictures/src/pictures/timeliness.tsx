import type { JSX } from 'preact';
import { BANDS, OUTCOMES } from '@simcash/indicators';
import { round, WIDTH } from '../drawing/chart.js';
import { Legend, Nothing, Picture, Table } from '../drawing/figure.js';
import { roundTicks } from '../drawing/scales.js';
import type { DelaysOfBand, RunFigures } from '../figures.js';
import { colour, DASHES } from '../palette.js';
import { amount, duration, moment, share, whole } from '../text/format.js';

const DELAYS = 'How long payments took, by priority';

/** P7: how long do payments wait, by importance? */
export function DelayPicture({ figures: { delays, time } }: { figures: RunFigures }): JSX.Element {
  const shown = delays.filter(({ payments }) => payments > 0);
  const longest = Math.max(0, ...shown.flatMap(({ counts }) => counts.map(([delay]) => delay)));
  if (shown.length === 0) return <Nothing number="P7" title={DELAYS} text="No payment arrived." />;
  const marks = roundTicks(0, Math.max(longest, 1), 8);
  const [left, right, top, bottom] = [52, WIDTH - 12, 8, 214];
  const x = (delay: number): number => round(left + ((right - left) * delay) / marks.at(-1)!);
  const y = (part: number): number => round(bottom - (bottom - top) * part);
  return (
    <Picture
      number="P7"
      title={`${DELAYS}: share settled within so many ticks`}
      reading="The higher a line begins, the more settled in the tick of their arrival. What never settled keeps a line below 100 %."
      data={
        <Table
          head={['Priority', 'Payments', 'Unsettled', 'Half within', '90 % within', '99 % within', 'Longest']}
          rows={shown.map((band) => [
            band.band,
            whole(band.payments),
            whole(band.unsettled),
            ...[0.5, 0.9, 0.99, 1].map((part) => {
              const delay = delayOf(band, part);
              return delay === null ? '–' : duration(delay, time);
            }),
          ])}
        />
      }
    >
      <svg viewBox={`0 0 ${WIDTH} 240`} role="img" aria-label={DELAYS}>
        {[0, 0.25, 0.5, 0.75, 1].map((part) => (
          <g key={part}>
            <line class={part === 0 ? 'zero' : 'grid'} x1={left} x2={right} y1={y(part)} y2={y(part)} />
            <text class="tick" x={left - 5} y={y(part) + 4} text-anchor="end">
              {`${part * 100} %`}
            </text>
          </g>
        ))}
        {marks.map((mark) => (
          <text key={mark} class="tick" x={x(mark)} y={232} text-anchor="middle">
            {whole(mark)}
          </text>
        ))}
        {shown.map(({ counts, payments }, i) => {
          let sum = 0;
          let path = `M${x(0)},${y(0)}`;
          for (const [delay, number] of counts) path += `H${x(delay)}V${y((sum += number) / payments)}`;
          return (
            <path key={i} class="line" d={`${path}H${right}`} stroke={colour(i)} stroke-dasharray={DASHES[i % DASHES.length]} />
          );
        })}
      </svg>
      <Legend entries={shown.map(({ band }, i) => ({ name: band, colour: i, dash: i }))} />
    </Picture>
  );
}

/** The delay within which a share of the settled payments settled. */
function delayOf({ counts, payments, unsettled }: DelaysOfBand, part: number): number | null {
  const wanted = (payments - unsettled) * part;
  let sum = 0;
  for (const [delay, number] of counts) if ((sum += number) >= wanted) return delay;
  return null;
}

const DEADLINES = 'What became of payments at their deadlines';
const NAMES = { on_time: 'on time', late: 'late', missed_unsettled: 'missed, unsettled', open: 'open' } as const;

/** P8: shares of payments by outcome, for each band of priorities. */
export function DeadlinePicture({ figures: { money, sheet } }: { figures: RunFigures }): JSX.Element {
  const { deadlines } = sheet.system;
  const bands = BANDS.filter((band) => OUTCOMES.some((outcome) => deadlines[band][outcome].count > 0));
  const [left, row, width] = [72, 30, WIDTH - 84];
  if (bands.length === 0) return <Nothing number="P8" title={DEADLINES} text="No payment arrived." />;
  return (
    <Picture
      number="P8"
      title={`${DEADLINES}, by number`}
      reading="Each bar is all payments of a band of priorities: urgent 8–10, normal 4–7, low 0–3."
      data={
        <Table
          head={['Priority', ...OUTCOMES.flatMap((outcome) => [NAMES[outcome], 'value'])]}
          rows={bands.map((band) => [
            band,
            ...OUTCOMES.flatMap((outcome) => [
              whole(deadlines[band][outcome].count),
              amount(deadlines[band][outcome].value, money),
            ]),
          ])}
        />
      }
    >
      <svg viewBox={`0 0 ${WIDTH} ${bands.length * row + 4}`} role="img" aria-label={DEADLINES}>
        {bands.map((band, r) => {
          const all = OUTCOMES.reduce((sum, outcome) => sum + deadlines[band][outcome].count, 0);
          let x = left;
          return (
            <g key={band}>
              <text class="tick" x={left - 6} y={r * row + 19} text-anchor="end">
                {band}
              </text>
              {OUTCOMES.map((outcome, i) => {
                const { count } = deadlines[band][outcome];
                const from = x;
                x += (width * count) / all;
                return count === 0 ? null : (
                  <g key={outcome}>
                    <rect class="bar" x={round(from)} y={r * row + 2} width={round(x - from)} height={row - 6} fill={colour(i)} />
                    {x - from > 44 && (
                      <text class="inside" x={round((from + x) / 2)} y={r * row + 19} text-anchor="middle">
                        {share(count / all)}
                      </text>
                    )}
                  </g>
                );
              })}
            </g>
          );
        })}
      </svg>
      <Legend entries={OUTCOMES.map((outcome, i) => ({ name: NAMES[outcome], colour: i }))} />
    </Picture>
  );
}

/** The payments that were latest. */
export function LatestTable({ figures: { latest, money, time } }: { figures: RunFigures }): JSX.Element {
  if (latest.length === 0) return <p>No payment was late.</p>;
  return (
    <>
      <h3>The latest payments</h3>
      <Table
        head={['Payment', 'From', 'To', 'Amount', 'Arrived', 'Deadline', 'Settled', 'Late by']}
        texts={[0, 1, 2]}
        rows={latest.map((one) => [
          one.tx_id,
          one.sender,
          one.receiver,
          amount(one.amount, money),
          moment(one.arrival_tick, time),
          moment(one.deadline_tick, time),
          one.settlement_tick === null ? 'never' : moment(one.settlement_tick, time),
          duration(one.late_by, time),
        ])}
      />
    </>
  );
}
