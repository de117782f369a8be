import type { JSX } from 'preact';
import { binsOf, largestOf, lastOf } from '../drawing/bins.js';
import { round, steps, TimeChart, WIDTH } from '../drawing/chart.js';
import { Legend, Nothing, Picture, Table } from '../drawing/figure.js';
import { timeTicks } from '../drawing/scales.js';
import type { BankFigures, RunFigures } from '../figures.js';
import { colour, DASHES } from '../palette.js';
import { amount, label, moment, share, shortAmount } from '../text/format.js';

const SYSTEM = 'Money and credit in the system';

/** P2: how much liquidity is there, how much of it is used? */
export function LiquidityPicture({ figures: { head, liquidity, money, time } }: { figures: RunFigures }): JSX.Element {
  const { credit_limit, credit_used, positive_balances } = liquidity;
  const bins = binsOf(head.ticks, time);
  const lines = [
    { name: 'balances above zero', values: positive_balances },
    { name: 'credit used', values: credit_used },
    { name: 'credit limits', values: credit_limit },
  ].filter(({ values }) => values.some((value) => value > 0));
  if (lines.length === 0) return <Nothing number="P2" title={SYSTEM} text="No bank had money or credit." />;
  const drawn = lines.map(({ name, values }) => ({ name, values: lastOf(values, bins) }));
  return (
    <Picture
      number="P2"
      title={`${SYSTEM}, at the end of each tick`}
      reading="Where credit used comes near the limits, payments wait for one another."
      caption={credit_limit.some((value) => value > 0) ? undefined : 'No bank has credit.'}
      data={
        <Table
          head={['Tick', ...lines.map(({ name }) => name)]}
          rows={positive_balances.map((_, t) => [moment(t, time), ...lines.map(({ values }) => amount(values[t]!, money))])}
        />
      }
    >
      <TimeChart
        about={SYSTEM}
        ticks={head.ticks}
        time={time}
        low={0}
        high={Math.max(...drawn.flatMap(({ values }) => values))}
        value={(v) => shortAmount(v, money)}
      >
        {(plot) =>
          drawn.map(({ name, values }, i) => (
            <path key={name} class="line" d={steps(values, bins.starts, plot)} stroke={colour(i)} stroke-dasharray={DASHES[i]} />
          ))
        }
      </TimeChart>
      <Legend entries={drawn.map(({ name }, i) => ({ name, colour: i, dash: i }))} />
    </Picture>
  );
}

const PRESSURE = 'Banks under pressure: share of the credit limit in use';
const MOST_BANKS = 40;
const MOST_COLUMNS = 150;
const LEVELS = 8;

/** P3: which banks live on credit, when, and who stands at the limit? */
export function PressurePicture({ figures: { banks, head, time } }: { figures: RunFigures }): JSX.Element {
  const using = banks
    .filter(({ peak_use }) => peak_use !== null && peak_use > 0)
    .sort((a, b) => b.ticks_at_limit - a.ticks_at_limit || b.peak_use! - a.peak_use! || (a.bank < b.bank ? -1 : 1));
  if (using.length === 0) return <Nothing number="P3" title={PRESSURE} text="No bank used credit." />;
  const shown = using.slice(0, MOST_BANKS);
  const columns = Math.min(head.ticks, MOST_COLUMNS);
  const [left, row, top] = [128, 14, 4];
  const height = top + shown.length * row + 26;
  const width = (WIDTH - left - 12) / columns;
  const levels = shown.map((bank) => levelsOf(bank, head.ticks, columns));
  const paths = new Map<number, string>();
  levels.forEach((cells, r) => {
    for (let from = 0, to = 0; from < columns; from = to) {
      while (to < columns && cells[to] === cells[from]) to++;
      const level = cells[from]!;
      if (level === 0) continue;
      const [x, y] = [round(left + from * width), top + r * row];
      paths.set(
        level,
        `${paths.get(level) ?? ''}M${x},${y}h${round((to - from) * width)}v${row - 2}h${-round((to - from) * width)}z`,
      );
    }
  });
  const without = banks.filter(({ peak_use }) => peak_use === null).length;
  return (
    <Picture
      number="P3"
      title={PRESSURE}
      reading="Darker is nearer to the limit; the signal colour is at the limit. Banks that were longest at it come first."
      caption={`${shown.length} of the ${using.length} banks that used credit${without > 0 ? `; ${without} have none` : ''}.`}
      data={
        <Table
          head={['Bank', 'Ticks at the limit', 'Peak use']}
          rows={using.map(({ bank, peak_use, ticks_at_limit }) => [bank, String(ticks_at_limit), share(peak_use)])}
        />
      }
    >
      <svg viewBox={`0 0 ${WIDTH} ${height}`} role="img" aria-label={PRESSURE}>
        {shown.map(({ bank }, r) => (
          <text key={bank} class="tick" x={left - 6} y={top + r * row + 10} text-anchor="end">
            <title>{bank}</title>
            {label(bank)}
          </text>
        ))}
        {[...paths]
          .sort(([a], [b]) => a - b)
          .map(([level, d]) => (
            <path key={level} class={level > LEVELS ? 'limit' : `shade s${level}`} d={d} />
          ))}
        {timeTicks(head.ticks, time, 10).map(({ text, tick }) => (
          <text
            key={tick}
            class="tick"
            x={round(left + (tick / head.ticks) * (WIDTH - left - 12))}
            y={height - 8}
            text-anchor="middle"
          >
            {text}
          </text>
        ))}
      </svg>
    </Picture>
  );
}

/** Largest use in each column: 0 for none, 1 to 8 up to the limit, 9 at it. */
function levelsOf({ balance, credit_limit }: BankFigures, ticks: number, columns: number): number[] {
  const levels = new Array<number>(columns).fill(0);
  for (let t = 0; t < ticks; t++) {
    const [used, limit] = [Math.max(-balance[t]!, 0), credit_limit[t]!];
    const level = used === 0 ? 0 : used >= limit ? LEVELS + 1 : Math.max(1, Math.ceil((used / limit) * LEVELS));
    const column = Math.floor((t * columns) / ticks);
    levels[column] = Math.max(levels[column]!, level);
  }
  return levels;
}

const BALANCES = 'Balance against credit, of the banks that send most';
const ONE_BALANCE = 'Balance against credit';

/** P4: how close did these banks come? */
export function BalancesPicture({ figures: { banks, head, money, time } }: { figures: RunFigures }): JSX.Element {
  const shown = [...banks].sort((a, b) => b.value_sent - a.value_sent || (a.bank < b.bank ? -1 : 1)).slice(0, 8);
  const bins = binsOf(head.ticks, time);
  return (
    <Picture
      number="P4"
      title={banks.length === 1 ? ONE_BALANCE : BALANCES}
      reading="The line is the balance at the end of each tick, the dashed one the floor that its credit limit sets. Each bank has its own scale."
      caption={banks.length === 1 ? undefined : `${shown.length} of ${banks.length} banks, by value sent.`}
    >
      <div class="multiples">
        {shown.map((bank) => {
          const balance = lastOf(bank.balance, bins);
          const floor = lastOf(bank.credit_limit, bins).map((limit) => -limit);
          const about = `Balance of ${bank.bank}, lowest ${amount(bank.lowest_balance, money)}`;
          return (
            <figure key={bank.bank}>
              <h4>{bank.bank}</h4>
              <TimeChart
                about={about}
                ticks={head.ticks}
                time={time}
                low={Math.min(...balance, ...floor)}
                high={Math.max(...largestOf(bank.balance, bins))}
                width={370}
                height={170}
                value={(v) => shortAmount(v, money)}
              >
                {(plot) => (
                  <>
                    <path class="line" d={steps(floor, bins.starts, plot)} stroke={colour(1)} stroke-dasharray={DASHES[1]} />
                    <path class="line" d={steps(balance, bins.starts, plot)} stroke={colour(0)} />
                  </>
                )}
              </TimeChart>
            </figure>
          );
        })}
      </div>
      <Legend
        entries={[
          { name: 'balance', colour: 0, dash: 0 },
          { name: 'minus the credit limit', colour: 1, dash: 1 },
        ]}
      />
    </Picture>
  );
}
