import { circuitState, type ModelRequest } from '@simcash/statistics';

type Outcome = ModelRequest['outcome'];

/** Gives a model up that does not answer, over banks and iterations (spec 17 §10). */
export class Circuit {
  readonly #requests: ModelRequest[] = [];
  #row = 0;
  /** When the first of the requests was sent that have failed one after the other, in seconds. */
  #since = Infinity;
  #open: string | null = null;

  constructor(
    private readonly model: string,
    private readonly limits: { readonly failures: number; readonly seconds: number },
  ) {}

  /** Why the model is given up, in a sentence; null while it is not. */
  get open(): string | null {
    return this.#open;
  }

  /** Requests that have failed one after the other. */
  get row(): number {
    return this.#row;
  }

  /** Seconds until the model would be given up, whatever is asked. */
  left(now: number): number {
    return Math.max(0, Math.min(now, this.#since) + this.limits.seconds - now);
  }

  record(started: number, ended: number, outcome: Outcome): void {
    this.#requests.push({ started, ended, outcome });
    this.#row = outcome === 'answered' ? 0 : this.#row + 1;
    this.#since = outcome === 'answered' ? Infinity : Math.min(this.#since, started);
    if (circuitState(this.#requests, this.limits).opens_at === null) return;
    const seconds = (ended - this.#since).toFixed(0);
    const requests = this.#row === 1 ? '1 request' : `${this.#row} requests in a row`;
    this.#open = `${this.model} is given up: ${requests} failed within ${seconds} s (${outcome.replace('_', ' ')})`;
  }
}
