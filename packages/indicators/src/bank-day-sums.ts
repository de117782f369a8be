import { COST_COMPONENTS } from '@simcash/protocol';

/** A number per bank and day: a list of banks for each day that something happened on. */
class BankDays {
  readonly #days: Float64Array[] = [];

  constructor(
    private readonly width: number,
    private readonly ticksPerDay: number,
  ) {}

  /** The numbers of the day of a tick. */
  of(tick: number): Float64Array {
    const day = Math.floor(tick / this.ticksPerDay);
    return (this.#days[day] ??= new Float64Array(this.width));
  }

  at(day: number, place: number): number {
    return this.#days[day]?.[place] ?? 0;
  }
}

/** How far below zero the positions of banks go along the log, day by day (spec 14 §6). */
export class LowestPositions {
  readonly #position: BankDays;
  readonly #lowest: BankDays;

  constructor(banks: number, ticksPerDay: number) {
    this.#position = new BankDays(banks, ticksPerDay);
    this.#lowest = new BankDays(banks, ticksPerDay);
  }

  add(tick: number, bank: number, cents: number): void {
    const position = this.#position.of(tick);
    position[bank]! += cents;
    const lowest = this.#lowest.of(tick);
    if (-position[bank]! > lowest[bank]!) lowest[bank] = -position[bank]!;
  }

  of(day: number, bank: number): number {
    return this.#lowest.at(day, bank);
  }
}

/** Cost components and their total. */
const COSTS = COST_COMPONENTS.length + 1;

/** What banks were charged, by day and component. */
export class BankCosts {
  readonly #sums: BankDays;

  constructor(banks: number, ticksPerDay: number) {
    this.#sums = new BankDays(banks * COSTS, ticksPerDay);
  }

  /** The seven numbers that begin at a place of a list. */
  add(tick: number, bank: number, costs: ArrayLike<number>, at = 0): void {
    const sums = this.#sums.of(tick);
    for (let i = 0; i < COSTS; i++) sums[bank * COSTS + i]! += costs[at + i]!;
  }

  of(day: number, bank: number): number[] {
    return Array.from({ length: COSTS }, (_, i) => this.#sums.at(day, bank * COSTS + i));
  }

  totalOf(day: number, bank: number): number {
    return this.#sums.at(day, bank * COSTS + COSTS - 1);
  }
}
