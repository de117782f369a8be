/** A whole number: a bigint where a double would not be exact. */
export type Whole = number | bigint;

/** Adds up whole numbers and products of them exactly. */
export class ExactSum {
  #small = 0;
  #large = 0n;

  add(x: number): void {
    const sum = this.#small + x;
    if (Number.isSafeInteger(sum)) this.#small = sum;
    else {
      this.#large += BigInt(this.#small) + BigInt(x);
      this.#small = 0;
    }
  }

  addProduct(x: number, y: number): void {
    const product = x * y;
    if (Number.isSafeInteger(product)) this.add(product);
    else this.#large += BigInt(x) * BigInt(y);
  }

  addAll(other: ExactSum): void {
    this.add(other.#small);
    this.#large += other.#large;
  }

  get value(): Whole {
    if (this.#large === 0n) return this.#small;
    const sum = this.#large + BigInt(this.#small);
    const number = Number(sum);
    return Number.isSafeInteger(number) ? number : sum;
  }
}

/** A quotient; null if there is nothing to divide by (spec 14 §1). */
export function ratio(numerator: Whole, denominator: Whole): number | null {
  return denominator == 0 ? null : Number(numerator) / Number(denominator);
}

export const sum = (numbers: Iterable<number>): number => {
  let total = 0;
  for (const x of numbers) total += x;
  return total;
};

export const mean = (numbers: readonly number[]): number | null => ratio(sum(numbers), numbers.length);
