import type { JSX } from 'preact';
import { binsOf, largestOf } from '../drawing/bins.js';
import { round, stepArea, TimeChart, WIDTH } from '../drawing/chart.js';
import { Legend, Nothing, Picture, Table } from '../drawing/figure.js';
import { AGES, type RunFigures } from '../figures.js';
import { colour } from '../palette.js';
import { amount, label, moment, shortAmount, whole } from '../text/format.js';

const WAITING = 'Payments that wait, at the end of each tick';

/** P5: how much waits, and where? */
export function WaitingPicture({ figures: { head, money, sheet, time } }: { figures: RunFigures }): JSX.Element {
  const { queue1_length, queue1_value, queue2_length, queue2_value } = sheet.profile;
  const bins = binsOf(head.ticks, time);
  const own = largestOf(queue1_length, bins);
  const both = largestOf(
    queue1_length.map((n, t) => n + queue2_length[t]!),
    bins,
  );
  if (both.every((n) => n === 0)) return <Nothing number="P5" title={WAITING} text="Nothing waited at the end of any tick." />;
  return (
    <Picture
      number="P5"
      title={WAITING}
      reading="Below, payments that their banks keep back; above, payments that wait in the central queue."
      caption={bins.width > 1 ? `Each point is the largest of ${bins.width} ticks.` : undefined}
      data={
        <Table
          head={['Tick', 'Own queues', 'Value', 'Central queue', 'Value of these']}
          rows={queue1_length.map((n, t) => [
            moment(t, time),
            whole(n),
            amount(queue1_value[t]!, money),
            whole(queue2_length[t]!),
            amount(queue2_value[t]!, money),
          ])}
        />
      }
    >
      <TimeChart about={WAITING} ticks={head.ticks} time={time} low={0} high={Math.max(...both)} value={whole}>
        {(plot) => (
          <>
            <path
              class="area"
              d={stepArea(
                own.map(() => 0),
                own,
                bins.starts,
                plot,
              )}
              fill={colour(1)}
            />
            <path class="area" d={stepArea(own, both, bins.starts, plot)} fill={colour(0)} />
          </>
        )}
      </TimeChart>
      <Legend
        entries={[
          { name: 'in the banks’ own queues', colour: 1 },
          { name: 'in the central queue', colour: 0 },
        ]}
      />
    </Picture>
  );
}

const STUCK = 'What waited when most did';
const MOST_SENDERS = 20;

/** P6: what is stuck, and since when? */
export function StuckPicture({ figures: { money, time, worstQueue: worst } }: { figures: RunFigures }): JSX.Element {
  if (worst === null) return <Nothing number="P6" title={STUCK} text="Nothing ever waited." />;
  const shown = worst.senders.slice(0, MOST_SENDERS);
  const largest = Math.max(...shown.map(({ value }) => value));
  const [left, row] = [128, 18];
  const width = (value: number): number => ((WIDTH - left - 90) * value) / largest;
  const rest = worst.senders.slice(MOST_SENDERS);
  return (
    <Picture
      number="P6"
      title={`${STUCK}: ${moment(worst.tick, time)}, ${whole(worst.payments)} payments of ${amount(worst.value, money)}`}
      reading="Value by sender, in segments by the time since arrival."
      caption={
        rest.length > 0
          ? `${rest.length} other senders have ${amount(
              rest.reduce((sum, { value }) => sum + value, 0),
              money,
            )}.`
          : undefined
      }
      data={
        <Table
          head={['Sender', 'Payments', 'Value', ...AGES.map((age) => `${age} ticks`)]}
          rows={worst.senders.map(({ bank, byAge, payments, value }) => [
            bank,
            whole(payments),
            amount(value, money),
            ...byAge.map((cents) => amount(cents, money)),
          ])}
        />
      }
    >
      <svg viewBox={`0 0 ${WIDTH} ${shown.length * row + 6}`} role="img" aria-label={STUCK}>
        {shown.map(({ bank, byAge, value }, r) => {
          let x = left;
          return (
            <g key={bank}>
              <text class="tick" x={left - 6} y={r * row + 14} text-anchor="end">
                <title>{bank}</title>
                {label(bank)}
              </text>
              {byAge.map((cents, i) => {
                const from = x;
                x += width(cents);
                return cents === 0 ? null : (
                  <rect
                    key={AGES[i]}
                    class="bar"
                    x={round(from)}
                    y={r * row + 3}
                    width={round(x - from)}
                    height={row - 4}
                    fill={colour(i)}
                  />
                );
              })}
              <text class="tick" x={round(x + 6)} y={r * row + 14}>
                {shortAmount(value, money)}
              </text>
            </g>
          );
        })}
      </svg>
      <Legend entries={AGES.map((age, i) => ({ name: `${age} ticks`, colour: i }))} />
    </Picture>
  );
}
