import type { JSX } from 'preact';
import { round, steps, TimeChart } from '../drawing/chart.js';
import { binsOf, lastOf } from '../drawing/bins.js';
import { Legend, Nothing, Picture, Table } from '../drawing/figure.js';
import type { OffsetMark, RunFigures } from '../figures.js';
import { colour } from '../palette.js';
import { amount, moment, shortAmount, whole } from '../text/format.js';

const TITLE = 'Payments settled against each other, and the money that did not have to move';
const KINDS = { bilateral: 'offset of a pair', multilateral: 'cycle', netted: 'netted set' } as const;
const KIND_LIST = Object.keys(KINDS) as OffsetMark['kind'][];
const MOST_MARKS = 2000;

/** P9: what did liquidity saving do, and what did it save? */
export function OffsetPicture({ figures: { head, money, offsets, time } }: { figures: RunFigures }): JSX.Element {
  if (offsets.length === 0)
    return (
      <Nothing
        number="P9"
        title={TITLE}
        text={head.offsetting ? 'Liquidity saving was on, and found nothing to settle.' : 'Liquidity saving was off in this run.'}
      />
    );
  const bins = binsOf(head.ticks, time);
  const saved = new Array<number>(head.ticks).fill(0);
  for (const offset of offsets) saved[offset.tick]! += offset.saved;
  let sum = 0;
  const cumulative = lastOf(
    saved.map((cents) => (sum += cents)),
    bins,
  );
  const largest = [...offsets].sort((a, b) => b.value - a.value || a.tick - b.tick);
  const marks = offsets.length > MOST_MARKS ? largest.slice(0, MOST_MARKS) : offsets;
  const top = largest[0]!.value;
  return (
    <Picture
      number="P9"
      title={TITLE}
      reading="The line adds up what was saved; a mark is one operation, higher and larger for more value."
      caption={
        marks.length < offsets.length ? `The ${MOST_MARKS} largest of ${whole(offsets.length)} operations are marked.` : undefined
      }
      data={
        <Table
          head={['Tick', 'Kind', 'Banks', 'Payments', 'Value', 'Saved']}
          texts={[0, 1, 2]}
          rows={largest
            .slice(0, 10)
            .map((one) => [
              moment(one.tick, time),
              KINDS[one.kind],
              one.banks.join(', '),
              whole(one.payments),
              amount(one.value, money),
              amount(one.saved, money),
            ])}
        />
      }
    >
      <TimeChart
        about={TITLE}
        ticks={head.ticks}
        time={time}
        low={0}
        high={cumulative.at(-1)!}
        value={(v) => shortAmount(v, money)}
      >
        {(plot) => (
          <>
            <path class="line" d={steps(cumulative, bins.starts, plot)} stroke={colour(0)} />
            {marks.map((one, i) => {
              const part = Math.log1p(one.value) / Math.log1p(top);
              const [x, y] = [plot.x(one.tick + 0.5), plot.bottom - 6 - (plot.bottom - plot.top - 12) * part ** 3];
              return <Mark key={i} kind={one.kind} x={x} y={round(y)} size={2 + 3 * part} />;
            })}
          </>
        )}
      </TimeChart>
      <p class="legend">
        {KIND_LIST.filter((kind) => offsets.some((one) => one.kind === kind)).map((kind) => (
          <span key={kind}>
            <svg viewBox="0 0 14 14" width="14" height="14" aria-hidden="true">
              <Mark kind={kind} x={7} y={7} size={5} />
            </svg>
            {KINDS[kind]}
          </span>
        ))}
      </p>
      <Legend entries={[{ name: 'saved so far', colour: 0, dash: 0 }]} />
    </Picture>
  );
}

function Mark({ kind, size, x, y }: { kind: OffsetMark['kind']; x: number; y: number; size: number }): JSX.Element {
  const s = round(size);
  const fill = colour(4 + (kind === 'bilateral' ? 0 : 1));
  if (kind === 'bilateral') return <circle class="mark" cx={x} cy={y} r={s} fill={fill} />;
  const d =
    kind === 'netted' ? `M${x - s},${y - s}h${2 * s}v${2 * s}h${-2 * s}z` : `M${x},${y - s}l${s},${s}l${-s},${s}l${-s},${-s}z`;
  return <path class="mark" d={d} fill={fill} />;
}
