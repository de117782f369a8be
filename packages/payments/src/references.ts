/** References of payments that were there before. */
export class References {
  /** Lists nearly always number their payments: as long as each reference is above the one before, nothing needs to be looked up. */
  #rising: string[] | null = [];
  #last = '';
  #all = new Set<string>();

  /** Whether a reference was there before; from now on it was. */
  add(reference: string): boolean {
    if (this.#rising !== null) {
      if (reference > this.#last) {
        this.#rising.push(reference);
        this.#last = reference;
        return false;
      }
      this.#all = new Set(this.#rising);
      this.#rising = null;
    }
    const { size } = this.#all;
    return this.#all.add(reference).size === size;
  }
}
