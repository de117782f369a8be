import type { JSX } from 'preact';
import { binsOf, lastOf } from '../drawing/bins.js';
import { stepArea, steps, TimeChart } from '../drawing/chart.js';
import { Legend, Nothing, Picture, Table } from '../drawing/figure.js';
import { MECHANISM_GROUPS, type RunFigures } from '../figures.js';
import { colour, DASHES, MECHANISMS } from '../palette.js';
import { amount, moment, shortAmount } from '../text/format.js';

const TITLE = 'Value arrived and settled, cumulative within the day';

/** P1: does the system keep up, and which mechanism carries it? */
export function ValuePicture({ figures }: { figures: RunFigures }): JSX.Element {
  const { head, money, settled, sheet, time } = figures;
  const { ticks, ticks_per_day } = head;
  const arrived = ofDay(sheet.profile.value_due, ticks_per_day);
  if (arrived.every((value) => value === 0)) return <Nothing number="P1" title={TITLE} text="No payment arrived." />;
  const groups = MECHANISM_GROUPS.filter((group) => settled[group].some((value) => value > 0));
  const bins = binsOf(ticks, time);
  const layers: number[][] = [new Array<number>(ticks).fill(0)];
  for (const group of groups) {
    const own = ofDay(settled[group], ticks_per_day);
    layers.push(layers.at(-1)!.map((below, t) => below + own[t]!));
  }
  const [line, ...areas] = [arrived, ...layers].map((values) => lastOf(values, bins));
  const high = Math.max(...line!, ...areas.at(-1)!);
  return (
    <Picture
      number="P1"
      title={TITLE}
      reading="The gap under the dashed line is what has arrived today and waits; what was brought over from days before settles on top of it."
      caption={bins.width > 1 ? `Each point is ${bins.width} ticks.` : undefined}
      data={
        <Table
          head={['Tick', 'Arrived', ...groups.map((group) => MECHANISMS[group])]}
          rows={sheet.profile.value_due.map((value, t) => [
            moment(t, time),
            amount(value, money),
            ...groups.map((group) => amount(settled[group][t]!, money)),
          ])}
        />
      }
    >
      <TimeChart about={TITLE} ticks={ticks} time={time} low={0} high={high} value={(v) => shortAmount(v, money)}>
        {(plot) => (
          <>
            {groups.map((group, i) => (
              <path
                key={group}
                class="area"
                d={stepArea(areas[i]!, areas[i + 1]!, bins.starts, plot)}
                fill={colour(MECHANISM_GROUPS.indexOf(group))}
              />
            ))}
            <path class="line" d={steps(line!, bins.starts, plot)} stroke="var(--ink)" stroke-dasharray={DASHES[1]} />
          </>
        )}
      </TimeChart>
      <Legend
        entries={[
          ...groups.map((group) => ({ name: MECHANISMS[group], colour: MECHANISM_GROUPS.indexOf(group) })),
          { name: 'arrived', colour: 'ink', dash: 1 },
        ]}
      />
    </Picture>
  );
}

/** Cumulated from the beginning of each day. */
function ofDay(values: readonly number[], ticksPerDay: number): number[] {
  let sum = 0;
  return values.map((value, t) => (sum = (t % ticksPerDay === 0 ? 0 : sum) + value));
}
