/** Codes of texts that belong to one tick only start here; below are the texts kept for the whole run. */
const FIRST_LOCAL_CODE = 2 ** 31;

/** Where the texts behind the codes of a tape come from. */
export interface TextSource {
  text(code: number): string;
}

/** Dictionary of the texts that occur in events. On the event tape a text is a number. */
export class Texts {
  readonly #kept: string[] = [];
  readonly #codes = new Map<string, number>();
  #local: string[] = [];

  /** Code of a text that recurs (names, reasons of policies); the dictionary keeps it for the whole run. */
  keep(text: string): number {
    let code = this.#codes.get(text);
    if (code === undefined) {
      code = this.#kept.length;
      this.#kept.push(text);
      this.#codes.set(text, code);
    }
    return code;
  }

  /** Code of a text that occurs once; it is forgotten with the tick, so memory does not grow with the run. */
  once(text: string): number {
    return FIRST_LOCAL_CODE + this.#local.push(text) - 1;
  }

  /** Starts a tick: single texts of earlier ticks are kept only by the {@link source} of that tick. */
  clearOnce(): void {
    if (this.#local.length > 0) this.#local = [];
  }

  /** The texts as this tick sees them, valid for good. */
  source(): TextSource {
    const kept = this.#kept;
    const local = this.#local;
    return { text: (code) => (code >= FIRST_LOCAL_CODE ? local[code - FIRST_LOCAL_CODE]! : kept[code]!) };
  }
}
