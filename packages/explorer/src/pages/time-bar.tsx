import type { RunFigures } from '@simcash/pictures';
import { moment } from '@simcash/pictures';
import type { JSX } from 'preact';
import { linkTo } from './layout.js';

const [WIDTH, HEIGHT] = [600, 34];

/** What waits over the run, with the tick that is looked at, and the ways to another one (spec 16 §6.1). */
export function TimeBar(props: {
  run: string;
  path: string | readonly string[];
  tick: number;
  figures: RunFigures;
  query?: Readonly<Record<string, string | number | null>>;
}): JSX.Element {
  const { figures, path, query = {}, run, tick } = props;
  const { head, time } = figures;
  const last = Math.max(head.ticks - 1, 0);
  const to = (t: number): string => linkTo(run, path, { ...query, t: Math.min(Math.max(t, 0), last) });
  const { queue1_length: own, queue2_length: central } = figures.sheet.profile;
  // As many points as there is room for: of each stretch the tick in which most waited.
  const stretch = Math.ceil(head.ticks / WIDTH);
  const peaks: [tick: number, waiting: number][] = [];
  own.forEach((n, t) => {
    const waiting = n + central[t]!;
    if (t % stretch === 0) peaks.push([t, waiting]);
    else if (waiting > peaks.at(-1)![1]) peaks[peaks.length - 1] = [t, waiting];
  });
  const most = peaks.reduce((largest, [, waiting]) => Math.max(largest, waiting), 1);
  const x = (t: number): string => ((WIDTH * (t + 0.5)) / Math.max(head.ticks, 1)).toFixed(1);
  const line = peaks.map(([t, n]) => `${x(t)},${(HEIGHT - 2 - ((HEIGHT - 6) * n) / most).toFixed(1)}`).join(' ');
  const steps: [number, string, string][] = [
    [0, '|◀', 'first tick'],
    [tick - time.ticksPerDay, '−day', '−day: a day back'],
    [tick - 10, '−10', '−10 ticks'],
    [tick - 1, '◀', 'a tick back'],
    [tick + 1, '▶', 'a tick on'],
    [tick + 10, '+10', '+10 ticks'],
    [tick + time.ticksPerDay, '+day', '+day: a day on'],
    [last, '▶|', 'last tick'],
  ];
  return (
    <div class="timebar" role="region" aria-label="Time">
      <div>
        <nav aria-label="Tick">
          <ol>
            {steps
              .filter(([, text]) => head.days > 1 || !text.endsWith('day'))
              .map(([t, text, about]) => (
                <li key={about}>
                  <a href={to(t)} aria-label={about}>
                    {text}
                  </a>
                </li>
              ))}
          </ol>
        </nav>
        <svg
          viewBox={`0 0 ${WIDTH} ${HEIGHT}`}
          preserveAspectRatio="none"
          role="img"
          aria-label={`Payments waiting; at most ${most}`}
        >
          <polyline points={line} fill="none" stroke="var(--c0)" stroke-width="1.5" />
          {figures.events.slice(0, 200).map((event, i) => (
            <line key={i} x1={x(event.tick)} x2={x(event.tick)} y1="0" y2="6" stroke="var(--c1)" stroke-width="2" />
          ))}
          <line x1={x(tick)} x2={x(tick)} y1="0" y2={HEIGHT} stroke="var(--signal)" stroke-width="2" />
        </svg>
        <form method="get" action={linkTo(run, path)}>
          {Object.entries(query).map(([name, value]) =>
            value === null || value === '' ? null : <input key={name} type="hidden" name={name} value={String(value)} />,
          )}
          <label>
            {time.startMinutes === null ? '' : `${moment(tick, time)}, `}tick
            <input type="number" name="t" min="0" max={last} value={tick} />
          </label>
          <button type="submit">Go</button>
        </form>
      </div>
    </div>
  );
}
