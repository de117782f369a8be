import type { RunFigures } from '@simcash/pictures';
import { moment, whole } from '@simcash/pictures';
import type { JSX } from 'preact';
import { linkTo } from './layout.js';

const [WIDTH, HEIGHT] = [600, 34];

/** Stretches of the run that the bar tells apart, each a place to go to. */
const MOST_STRETCHES = 300;

/** What is looked at: a tick, and whether it moves on by itself. */
export interface Cursor {
  readonly tick: number;
  /** Ticks that pass in a second; 0 while the run stands still. */
  readonly pace: number;
}

/** Paces at which a run can be played (spec 16 §6.1). */
export const PACES = [1, 4, 16] as const;

/** The bar of a page: whose time it shows, and where its ways lead. */
export interface TimeBarProps {
  readonly run: string;
  readonly path: string | readonly string[];
  readonly cursor: Cursor;
  readonly figures: RunFigures;
  /** What else the page is asked for. */
  readonly query?: Readonly<Record<string, string | number | null>>;
}

/** The page a second later while the run is played, undefined where it stands still. */
export function nextTick({ cursor: { pace, tick }, figures, path, query, run }: TimeBarProps): string | undefined {
  const last = figures.head.ticks - 1;
  if (pace === 0 || tick >= last) return undefined;
  const next = Math.min(tick + pace, last);
  return linkTo(run, path, { ...query, t: next, play: next === last ? null : pace });
}

/** What waits over the run, with the tick that is looked at, and the ways to another one (spec 16 §6.1). */
export function TimeBar({ cursor, figures, path, query = {}, run }: TimeBarProps): JSX.Element {
  const { head, time } = figures;
  const { tick } = cursor;
  const last = Math.max(head.ticks - 1, 0);
  const to = (t: number, pace: number | null = null): string =>
    linkTo(run, path, { ...query, t: Math.min(Math.max(t, 0), last), play: pace });
  const { queue1_length: own, queue2_length: central } = figures.sheet.profile;
  // Of each stretch the tick in which most waited.
  const stretch = Math.ceil(head.ticks / MOST_STRETCHES);
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
  const width = (WIDTH * stretch) / Math.max(head.ticks, 1);
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
        <nav class="play" aria-label="Play">
          <ol>
            <li>{cursor.pace > 0 && tick < last ? <a href={to(tick)}>stop</a> : 'play'}</li>
            {PACES.map((pace) => (
              <li key={pace}>
                <a
                  href={to(tick === last ? 0 : tick, pace)}
                  aria-label={`play ${pace} ${pace === 1 ? 'tick' : 'ticks'} a second`}
                  aria-current={pace === cursor.pace ? 'true' : undefined}
                >
                  {pace}×
                </a>
              </li>
            ))}
          </ol>
        </nav>
        <div class="track">
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
          {/* For the pointer alone: the same places are a key press or a number away. */}
          <svg viewBox={`0 0 ${WIDTH} ${HEIGHT}`} preserveAspectRatio="none" aria-hidden="true">
            {peaks.map(([t, waiting], i) => (
              <a key={t} href={to(t)} tabindex={-1}>
                <title>{`${moment(t, time)}: ${whole(waiting)} waiting`}</title>
                <rect x={(i * width).toFixed(1)} y="0" width={width.toFixed(1)} height={HEIGHT} fill="transparent" />
              </a>
            ))}
          </svg>
        </div>
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
