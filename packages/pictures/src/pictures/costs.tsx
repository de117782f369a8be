import type { JSX } from 'preact';
import { binsOf, sumOf } from '../drawing/bins.js';
import { round, stepArea, TimeChart, WIDTH } from '../drawing/chart.js';
import { Legend, Nothing, Picture, Table } from '../drawing/figure.js';
import type { RunFigures } from '../figures.js';
import { colour, COSTS } from '../palette.js';
import { amount, label, moment, shortAmount } from '../text/format.js';

const BY_TIME = 'Costs by component';

/** P12: what costs how much, and when? */
export function CostPicture({ figures: { costs, head, money, sheet, time } }: { figures: RunFigures }): JSX.Element {
  const names = Object.keys(COSTS).filter((name) => costs[name]?.some((cents) => cents > 0));
  if (names.length === 0) return <Nothing number="P12" title={BY_TIME} text="Nothing cost anything." />;
  const bins = binsOf(head.ticks, time);
  const layers = [new Array<number>(bins.count).fill(0)];
  for (const name of names) {
    const own = sumOf(costs[name]!, bins);
    layers.push(layers.at(-1)!.map((below, i) => below + own[i]!));
  }
  return (
    <Picture
      number="P12"
      title={`${BY_TIME}, per ${bins.width === 1 ? 'tick' : `${bins.width} ticks`}: ${amount(sheet.system.costs.total, money)} in all`}
      reading="Penalties stand out where deadlines pass and days end."
      data={
        <Table
          head={['Tick', ...names.map((name) => COSTS[name]!)]}
          rows={costs[names[0]!]!.flatMap((_, t) =>
            names.some((name) => costs[name]![t]! > 0)
              ? [[moment(t, time), ...names.map((name) => amount(costs[name]![t]!, money))]]
              : [],
          )}
        />
      }
    >
      <TimeChart
        about={BY_TIME}
        ticks={head.ticks}
        time={time}
        low={0}
        high={Math.max(...layers.at(-1)!)}
        value={(v) => shortAmount(v, money)}
      >
        {(plot) =>
          names.map((name, i) => (
            <path
              key={name}
              class="area"
              d={stepArea(layers[i]!, layers[i + 1]!, bins.starts, plot)}
              fill={colour(Object.keys(COSTS).indexOf(name))}
            />
          ))
        }
      </TimeChart>
      <Legend entries={names.map((name) => ({ name: COSTS[name]!, colour: Object.keys(COSTS).indexOf(name) }))} />
    </Picture>
  );
}

const BY_BANK = 'Costs by bank';
const MOST_BANKS = 30;

/** P13: who pays for it? */
export function BankCostPicture({ figures: { money, sheet } }: { figures: RunFigures }): JSX.Element {
  const ranked = [...sheet.banks].sort((a, b) => b.costs.total - a.costs.total || (a.bank < b.bank ? -1 : 1));
  const shown = ranked.slice(0, MOST_BANKS).filter(({ costs }) => costs.total > 0);
  if (shown.length === 0) return <Nothing number="P13" title={BY_BANK} text="No bank had costs." />;
  const names = Object.keys(COSTS).filter((name) => shown.some(({ costs }) => costs[name as keyof typeof costs] > 0));
  const [left, row] = [128, 18];
  const largest = shown[0]!.costs.total;
  const rest = ranked.slice(shown.length).reduce((sum, { costs }) => sum + costs.total, 0);
  return (
    <Picture
      number="P13"
      title={BY_BANK}
      reading="Banks with the highest costs first, in segments by component."
      caption={
        ranked.length > shown.length ? `The other ${ranked.length - shown.length} banks have ${amount(rest, money)}.` : undefined
      }
      data={
        <Table
          head={['Bank', ...names.map((name) => COSTS[name]!), 'In all']}
          rows={ranked.map(({ bank, costs }) => [
            bank,
            ...names.map((name) => amount(costs[name as keyof typeof costs], money)),
            amount(costs.total, money),
          ])}
        />
      }
    >
      <svg viewBox={`0 0 ${WIDTH} ${shown.length * row + 6}`} role="img" aria-label={BY_BANK}>
        {shown.map(({ bank, costs }, r) => {
          let x = left;
          return (
            <g key={bank}>
              <text class="tick" x={left - 6} y={r * row + 14} text-anchor="end">
                <title>{bank}</title>
                {label(bank)}
              </text>
              {names.map((name) => {
                const cents = costs[name as keyof typeof costs];
                const from = x;
                x += ((WIDTH - left - 90) * cents) / largest;
                return cents === 0 ? null : (
                  <rect
                    key={name}
                    class="bar"
                    x={round(from)}
                    y={r * row + 3}
                    width={round(x - from)}
                    height={row - 4}
                    fill={colour(Object.keys(COSTS).indexOf(name))}
                  />
                );
              })}
              <text class="tick" x={round(x + 6)} y={r * row + 14}>
                {shortAmount(costs.total, money)}
              </text>
            </g>
          );
        })}
      </svg>
      <Legend entries={names.map((name) => ({ name: COSTS[name]!, colour: Object.keys(COSTS).indexOf(name) }))} />
    </Picture>
  );
}
