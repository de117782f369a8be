import type { ReleaseChoice } from '@simcash/protocol';
import { InvalidConfigError } from '../errors.js';

/**
 * What banks were told from outside to release from their own queues in the next decision: their payment trees are not asked then
 * (spec 18 §2).
 */
export class ReleaseChoices {
  readonly #choices: (ReleaseChoice | null)[];
  /** Banks with a choice. */
  #made: number[] = [];
  /** Payments that each bank's latest choice was about, and those of them that it released. */
  readonly asked: Int32Array;
  readonly released: Int32Array;

  constructor(banks: number) {
    this.#choices = new Array<ReleaseChoice | null>(banks).fill(null);
    this.asked = new Int32Array(banks);
    this.released = new Int32Array(banks);
  }

  /** What a bank releases; a later choice takes the place of an earlier one. */
  set(b: number, choice: ReleaseChoice): void {
    if (this.#choices[b] === null) this.#made.push(b);
    this.#choices[b] = choice;
    this.asked[b] = this.released[b] = 0;
  }

  of(b: number): ReleaseChoice | null {
    return this.#choices[b]!;
  }

  count(b: number, isReleased: boolean): void {
    this.asked[b]!++;
    if (isReleased) this.released[b]!++;
  }

  /** Choices hold until banks have decided once. */
  clear(): void {
    for (const b of this.#made) this.#choices[b] = null;
    if (this.#made.length > 0) this.#made = [];
  }

  /** Takes over what became of the latest choices of another simulation; those still to be carried out are part of its state. */
  continueFrom(other: ReleaseChoices): void {
    this.asked.set(other.asked);
    this.released.set(other.released);
  }

  /** Choices that are still to be carried out, by bank. */
  save(): [bank: number, choice: ReleaseChoice][] {
    return [...this.#made].sort((x, y) => x - y).map((b) => [b, this.#choices[b]!]);
  }
}

/** A copy of a choice that its caller may go on changing. @throws InvalidConfigError for what is none */
export function checkedChoice(choice: unknown): ReleaseChoice {
  if (isReleaseChoice(choice)) return { ...choice };
  throw new InvalidConfigError(
    'Invalid release choice: one of {all: true or false}, {count: a whole number from 0}, {share: 0 to 1} and {mask: digits 0 and 1} is needed',
  );
}

/** Whether a value is a choice, as calls and snapshots have it. */
export function isReleaseChoice(choice: unknown): choice is ReleaseChoice {
  if (typeof choice !== 'object' || choice === null) return false;
  const entries = Object.entries(choice);
  if (entries.length !== 1) return false;
  const [key, value] = entries[0] as [string, unknown];
  if (key === 'all') return typeof value === 'boolean';
  if (key === 'count') return Number.isSafeInteger(value) && (value as number) >= 0;
  if (key === 'share') return typeof value === 'number' && value >= 0 && value <= 1;
  return key === 'mask' && typeof value === 'string' && /^[01]+$/.test(value);
}

/** Tells of the payments of a queue of this value, asked in queue order, whether the choice releases them. */
export function chooser(choice: ReleaseChoice, queueValue: number): (amount: number) => boolean {
  if ('count' in choice) {
    let left = choice.count;
    return () => left-- > 0;
  }
  if ('mask' in choice) {
    const { mask } = choice;
    let position = 0;
    return () => mask[Math.min(position++, mask.length - 1)] === '1';
  }
  if ('share' in choice) {
    let left = Math.floor(choice.share * queueValue);
    // The first payment that does not fit ends it.
    return (amount) => (left -= amount > left ? Infinity : amount) >= 0;
  }
  return () => choice.all;
}
