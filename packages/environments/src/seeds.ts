import { hash64 } from '@simcash/random';

/** Seeds of episodes: those that are given, and between them one after the other from the latest of these (spec 18 §5). */
export class Seeds {
  #next = 0;

  constructor(private base: bigint) {}

  /** Seed of the next episode. @throws RangeError for one that has more than 64 bits */
  take(given?: bigint): bigint {
    if (given !== undefined && !(given >= 0n && given < 2n ** 64n))
      throw new RangeError(`seed must lie between 0 and 2^64 − 1, got ${given}`);
    if (given === undefined) return hash64(`${this.base}:episode:${this.#next++}`);
    this.base = given;
    this.#next = 0;
    return given;
  }

  copy(): Seeds {
    const copy = new Seeds(this.base);
    copy.#next = this.#next;
    return copy;
  }
}
