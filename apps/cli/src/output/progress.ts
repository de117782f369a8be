import type { GlobalOptions } from '../global-options.js';

const FIRST_AFTER = 500;
const REDRAW_EVERY = 100;
const WIDTH = 30;

/** A progress line on stderr: only on a terminal, and only when nothing else is printed there. */
export class Progress {
  readonly #enabled: boolean;
  readonly #start = performance.now();
  #drawn = 0;
  #shown = false;

  constructor(
    private readonly total: number,
    private readonly what: string,
    { quiet, verbose }: GlobalOptions,
  ) {
    this.#enabled = Boolean(process.stderr.isTTY) && !quiet && !verbose && !process.env.CI;
  }

  update(done: number): void {
    if (!this.#enabled) return;
    const now = performance.now();
    if (now - this.#start < FIRST_AFTER || now - this.#drawn < REDRAW_EVERY) return;
    this.#drawn = now;
    this.#shown = true;
    const filled = Math.round((done / this.total) * WIDTH);
    const perSecond = done / ((now - this.#start) / 1000);
    const left = done === 0 ? '' : `, ${durationText((this.total - done) / perSecond)} left`;
    process.stderr.write(
      `\r\u001b[2K[${'#'.repeat(filled)}${'.'.repeat(WIDTH - filled)}] ${done}/${this.total} ${this.what}, ${Math.round(perSecond)}/s${left}`,
    );
  }

  /** Removes the line. */
  done(): void {
    if (this.#shown) process.stderr.write('\r\u001b[2K');
  }
}

/** `40 s`, `3 min`, `2 h 05 min`: no more precise than such estimates are. */
function durationText(seconds: number): string {
  const minutes = Math.round(seconds / 60);
  if (minutes < 2) return `${Math.ceil(seconds)} s`;
  return minutes < 60 ? `${minutes} min` : `${Math.floor(minutes / 60)} h ${String(minutes % 60).padStart(2, '0')} min`;
}
