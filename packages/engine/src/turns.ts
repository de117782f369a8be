/** Both exist wherever the engine runs. */
declare const performance: { now(): number };
declare function setTimeout(work: () => void): unknown;

/** Milliseconds of work after which others have their turn. */
const MILLIS = 10;

/** Lets the other work of a process have its turn from time to time; when that is changes no event. */
export class Turns {
  #since = performance.now();

  /** Waits for the others if their time has come. */
  async give(): Promise<void> {
    if (performance.now() - this.#since < MILLIS) return;
    await new Promise<void>((resolve) => void setTimeout(resolve));
    this.#since = performance.now();
  }
}
