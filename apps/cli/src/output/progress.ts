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
    const rate = Math.round(done / ((now - this.#start) / 1000));
    process.stderr.write(
      `\r\u001b[2K[${'#'.repeat(filled)}${'.'.repeat(WIDTH - filled)}] ${done}/${this.total} ${this.what}, ${rate}/s`,
    );
  }

  /** Removes the line. */
  done(): void {
    if (this.#shown) process.stderr.write('\r\u001b[2K');
  }
}
