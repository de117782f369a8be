import type { JSX } from 'preact';
import { binsOf, lastOf, largestOf } from '../drawing/bins.js';
import { steps, TimeChart } from '../drawing/chart.js';
import { Legend, Picture, Table } from '../drawing/figure.js';
import { colour, DASHES } from '../palette.js';
import { amount, NONE, ratio, share, short, shortAmount, whole } from '../text/format.js';
import type { ComparisonFigures } from './figures.js';

type Form = 'money' | 'share' | 'number';
type Props = { figures: ComparisonFigures };

/** Indicators that are compared, in the words of people, in order. */
export const COMPARED: readonly (readonly [name: string, text: string, form: Form])[] = [
  ['settlement_rate_count', 'payments settled', 'share'],
  ['settlement_rate_value', 'of their value', 'share'],
  ['value_settled', 'value settled', 'money'],
  ['unsettled_value_end', 'unsettled at the end', 'money'],
  ['delay_indicator', 'delay indicator', 'number'],
  ['avg_delay_value', 'mean delay by value, ticks', 'number'],
  ['lsm_share_value', 'value through liquidity saving', 'share'],
  ['liquidity_used', 'liquidity used', 'money'],
  ['turnover_ratio', 'turnover of that liquidity', 'number'],
  ['costs.delay_cost', 'costs of delay', 'money'],
  ['costs.penalty_cost', 'penalties', 'money'],
  ['costs.total', 'costs of all banks', 'money'],
];

/** Sections of a comparison, in order. */
export const COMPARISON_SECTIONS: readonly { readonly title: string; readonly section: (props: Props) => JSX.Element }[] = [
  { title: 'Indicators', section: Indicators },
  { title: 'What differs', section: Settings },
  { title: 'Over time', section: Overlays },
  { title: 'Banks', section: Banks },
  { title: 'Payment by payment', section: Pairs },
  { title: 'Where the logs part', section: Parting },
];

/** Equal configurations and seeds must give equal logs. */
export function alarms({ runs, settings }: ComparisonFigures): string[] {
  const [first, ...others] = runs as [ComparisonFigures['runs'][number], ...ComparisonFigures['runs']];
  if (settings.length > 0) return [];
  return others
    .filter(
      ({ event_log_hash: hash, seed }) =>
        seed === first.seed && hash !== null && first.event_log_hash !== null && hash !== first.event_log_hash,
    )
    .map(
      ({ run }) =>
        `${first.run} and ${run} have the same configuration and seed, and different logs: one of them cannot be reproduced.`,
    );
}

function Indicators({ figures: { indicators, money, runs } }: Props): JSX.Element {
  const text = (value: number | null, form: Form): string => {
    if (value === null) return NONE;
    return form === 'money' ? amount(value, money) : form === 'share' ? share(value) : ratio(value, 3);
  };
  return (
    <>
      <p class="reading">In brackets the difference to the first run.</p>
      <Table
        head={['', ...runs.map(({ run }) => run)]}
        rows={[
          ['status', ...runs.map(({ status }) => status)],
          ['seed', ...runs.map(({ seed }) => seed)],
          ['banks', ...runs.map(({ banks }) => whole(banks))],
          ['ticks', ...runs.map(({ ticks }) => whole(ticks))],
          ['payments', ...runs.map(({ payments }) => (payments === null ? NONE : whole(payments)))],
          ...COMPARED.flatMap(([name, label, form]) => {
            const found = indicators.find((indicator) => indicator.name === name);
            if (found === undefined) return [];
            return [[label, ...found.values.map((value) => `${text(value, form)}${changeText(value, found.values[0]!, form)}`)]];
          }),
        ]}
      />
    </>
  );
}

function changeText(value: number | null, base: number | null, form: Form): string {
  if (value === null || base === null || value === base) return '';
  const sign = value > base ? '+' : '−';
  if (form === 'share') return ` (${sign}${Math.abs((value - base) * 100).toFixed(1)} pt)`;
  return base === 0 ? '' : ` (${sign}${Math.abs(((value - base) / base) * 100).toFixed(1)} %)`;
}

const MOST_SETTINGS = 200;

function Settings({ figures: { runs, settings } }: Props): JSX.Element {
  if (settings.length === 0) return <p>Nothing: the configurations are the same.</p>;
  const cell = (value: string | null): string =>
    value === null ? 'absent' : value.length > 80 ? `${value.slice(0, 80)}…` : value;
  return (
    <>
      <Table
        head={['Setting', ...runs.map(({ run }) => run)]}
        texts={[0, ...runs.map((_, i) => i + 1)]}
        rows={settings.slice(0, MOST_SETTINGS).map(({ path, values }) => [path, ...values.map(cell)])}
      />
      {settings.length > MOST_SETTINGS && (
        <p class="caption">
          The first {MOST_SETTINGS} of {whole(settings.length)}.
        </p>
      )}
    </>
  );
}

/** P18: the runs laid over one another. */
function Overlays({ figures }: Props): JSX.Element {
  const { money } = figures;
  return (
    <>
      <Overlay
        {...{ figures }}
        name="settled"
        title="Value settled, cumulative within the day"
        value={(v) => shortAmount(v, money)}
      />
      <Overlay
        {...{ figures }}
        name="credit"
        title="Credit in use at the end of each tick"
        value={(v) => shortAmount(v, money)}
      />
      <Overlay {...{ figures }} name="waiting" title="Payments that wait at the end of each tick" value={short} />
    </>
  );
}

function Overlay(props: {
  figures: ComparisonFigures;
  name: 'settled' | 'credit' | 'waiting';
  title: string;
  value: (value: number) => string;
}): JSX.Element {
  const { figures, name, title, value } = props;
  const { runs, series, time } = figures;
  const ticks = Math.max(...runs.map((run) => run.ticks), 1);
  const bins = binsOf(ticks, time);
  const lines = series.map((one) => {
    const known = one[name];
    const padded = Array.from({ length: ticks }, (_, t) => known[t] ?? known.at(-1) ?? 0);
    // A run that ended earlier has no line there.
    const own = bins.starts.filter((start) => start < known.length).length;
    return (name === 'waiting' ? largestOf : lastOf)(padded, bins).slice(0, own);
  });
  return (
    <Picture number="P18" title={title} reading="One line for each run, over the same ticks.">
      <TimeChart about={title} ticks={ticks} time={time} low={0} high={Math.max(...lines.flat(), 1)} value={value}>
        {(plot) =>
          lines.map((line, i) => (
            <path
              key={i}
              class="line"
              d={steps(line, bins.starts, plot)}
              stroke={colour(i)}
              stroke-dasharray={DASHES[i] || undefined}
            />
          ))
        }
      </TimeChart>
      <Legend entries={runs.map(({ run }, i) => ({ name: run, colour: i, dash: i }))} />
    </Picture>
  );
}

function Banks({ figures: { banks, money, runs } }: Props): JSX.Element {
  if (banks.length === 0) return <p>No bank has other costs, or another peak of credit.</p>;
  const cell = (value: number | null): string => (value === null ? NONE : amount(value, money));
  return (
    <>
      <p class="reading">Banks whose costs or whose peak of credit change most.</p>
      <Table
        head={['Bank', ...runs.map(({ run }) => `costs, ${run}`), ...runs.map(({ run }) => `peak of credit, ${run}`)]}
        rows={banks.map(({ bank, costs, peak_credit }) => [bank, ...costs.map(cell), ...peak_credit.map(cell)])}
      />
    </>
  );
}

function Pairs({ figures: { money, pairs, runs } }: Props): JSX.Element {
  return (
    <>
      {pairs.map(({ only_baseline, only_other, outcomes, paired, wait_difference_mean }, i) => (
        <section key={i}>
          <h3>{runs[i + 1]!.run}</h3>
          {paired === 0 ? (
            <p>Not paired: this run has other payments than the first.</p>
          ) : (
            <>
              <Table
                head={[`Of ${whole(paired)} payments that both have`, 'Number', 'Value']}
                rows={outcomes.map(([text, count, value]) => [text, whole(count), amount(value, money)])}
              />
              {only_baseline + only_other > 0 && (
                <p class="caption">
                  {whole(only_baseline)} payments are in the first run only, {whole(only_other)} in this one only; they are left
                  out.
                </p>
              )}
              {wait_difference_mean !== null && (
                <p>The wait differs by {ratio(wait_difference_mean, 3)} ticks on the mean, by value.</p>
              )}
            </>
          )}
        </section>
      ))}
    </>
  );
}

function Parting({ figures: { first_event, runs } }: Props): JSX.Element {
  return (
    <>
      {first_event.map((event, i) => (
        <section key={i}>
          <h3>{runs[i + 1]!.run}</h3>
          {event === null ? (
            <p>The logs are equal, or one of them is not stored.</p>
          ) : (
            <>
              <p>
                In tick {whole(event.tick)}, at event {whole(event.event_seq)} of the log:
              </p>
              <pre>
                {event.baseline ?? 'the log ends'}
                {'\n'}
                {event.other ?? 'the log ends'}
              </pre>
            </>
          )}
        </section>
      ))}
    </>
  );
}
