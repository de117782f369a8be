import type { EnumColumn } from './enum-column.js';
import type { NameColumn } from './name-column.js';
import type { NumberColumn } from './number-column.js';
import type { PaymentColumn } from './payment-column.js';
import { Stage } from './stage.js';

type NumericColumn = NumberColumn | EnumColumn | NameColumn | PaymentColumn;

/** A stage whose rows consist of numbers: amounts, and names and payments by number. */
export class RowStage<Name extends string> extends Stage<Readonly<Record<Name, NumericColumn>>> {
  readonly #entries = Object.entries(this.columns) as [Name, NumericColumn][];

  /** Appends one row; members that are missing are NULL. */
  add(row: Readonly<Partial<Record<Name, number>>>): void {
    this.addRows(1);
    for (const [name, column] of this.#entries) column.add(row[name] ?? NaN);
  }

  /** Appends rows given in columns; a number stands for a column that is the same in all of them. */
  addColumns(length: number, values: Readonly<Record<Name, Float64Array | Int32Array | number>>): void {
    this.addRows(length);
    for (const [name, column] of this.#entries) column.addAll(values[name], length);
  }
}
