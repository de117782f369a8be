/** Codes of texts that belong to one tick only start here; codes below stand for the same text during the whole run. */
export const FIRST_SINGLE_TEXT = 2 ** 31;

/** The texts behind the codes of one tick's tape. */
export interface TickTexts {
  /** Texts of the whole run by code. */
  lasting: readonly string[];
  /** Texts of the tick, from code {@link FIRST_SINGLE_TEXT} on. */
  single: readonly string[];
}

/** Dictionary of the texts that occur in events. On the event tape a text is a number. */
export class Texts {
  #lasting: string[] = [];
  #codes = new Map<string, number>();
  #single: string[] = [];

  /** Code of a text that recurs (names, reasons of policies); the dictionary keeps it for the whole run. */
  keep(text: string): number {
    let code = this.#codes.get(text);
    if (code === undefined) {
      code = this.#lasting.length;
      this.#lasting.push(text);
      this.#codes.set(text, code);
    }
    return code;
  }

  /** Code of a text that occurs once; it is forgotten with the tick, so memory does not grow with the run. */
  once(text: string): number {
    return FIRST_SINGLE_TEXT + this.#single.push(text) - 1;
  }

  /** Goes on with the texts of another dictionary: what lasts is the same for both, as it only grows. */
  continueFrom(other: Texts): void {
    this.#lasting = other.#lasting;
    this.#codes = other.#codes;
    this.#single = [...other.#single];
  }

  /** The texts of the tick that ends, valid for good; the next tick starts without single texts. */
  take(): TickTexts {
    const single = this.#single;
    if (single.length > 0) this.#single = [];
    return { lasting: this.#lasting, single };
  }
}
