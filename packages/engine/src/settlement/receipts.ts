/** What banks received, less what they paid out of it, in a window of time: what receipt-reactive settlement may use (spec 12 §6.10). */
export class ReceiptWindow {
  /** By bank, in cents. */
  readonly room: Float64Array;
  /** What changed the room in the window, oldest first. */
  #entries: ReceiptEntry[] = [];

  constructor(
    readonly window: 'day' | number,
    banks: number,
  ) {
    this.room = new Float64Array(banks);
  }

  record(tick: number, bank: number, cents: number): void {
    this.room[bank]! += cents;
    if (this.window !== 'day') this.#entries.push([tick, bank, cents]);
  }

  /** A tick begins: what has left the window counts no more. */
  advance(tick: number, startsDay: boolean): void {
    if (this.window === 'day') {
      if (startsDay) this.room.fill(0);
      return;
    }
    let expired = 0;
    for (; expired < this.#entries.length && this.#entries[expired]![0] <= tick - this.window; expired++)
      this.room[this.#entries[expired]![1]]! -= this.#entries[expired]![2];
    if (expired > 0) this.#entries = this.#entries.slice(expired);
  }

  save(): ReceiptState {
    return { window: this.window, room: [...this.room], entries: this.#entries };
  }

  load({ entries, room }: ReceiptState): void {
    this.room.set(room);
    this.#entries = entries.map(([tick, bank, cents]) => [tick, bank, cents]);
  }
}

type ReceiptEntry = [tick: number, bank: number, cents: number];

/** A window in a snapshot. */
export interface ReceiptState {
  window: 'day' | number;
  room: number[];
  entries: ReceiptEntry[];
}
