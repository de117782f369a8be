/** Steps between two calls: some milliseconds of work. */
const STEPS = 200_000;

/**
 * Counts the steps of work that can make a tick long, and says from time to time that it goes on: a host hears no signals while a tick
 * runs, but it can end it by throwing.
 */
export class Work {
  /** Called every few milliseconds of such work. */
  tell: (() => void) | null = null;
  #left = STEPS;

  did(steps: number): void {
    if (this.tell === null || (this.#left -= steps) > 0) return;
    this.#left = STEPS;
    this.tell();
  }
}
