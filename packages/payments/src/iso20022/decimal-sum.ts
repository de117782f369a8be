/** Digits behind the mark that amounts of ISO 20022 have at most. */
const DIGITS = 5;

/** The sum of decimal texts, exactly. */
export class DecimalSum {
  #sum = 0n;
  /** A text was none: what it would add is told where its payment is read. */
  #isKnown = true;

  add(text: string): void {
    const value = scaled(text);
    if (value === null) this.#isKnown = false;
    else this.#sum += value;
  }

  /** Whether a text is this sum, as far as it is known. */
  is(text: string): boolean {
    return !this.#isKnown || scaled(text) === this.#sum;
  }

  toString(): string {
    const digits = String(this.#sum).padStart(DIGITS + 1, '0');
    const behind = digits.slice(-DIGITS).replace(/0+$/, '');
    return `${digits.slice(0, -DIGITS)}${behind === '' ? '' : `.${behind}`}`;
  }
}

function scaled(text: string): bigint | null {
  const match = /^(\d{1,25})(?:\.(\d*))?$/.exec(text);
  if (!match) return null;
  const fraction = (match[2] ?? '').replace(/0+$/, '');
  return fraction.length > DIGITS ? null : BigInt(`${match[1]}${fraction.padEnd(DIGITS, '0')}`);
}
