import { BIGINT, BOOLEAN, DOUBLE, INTEGER } from '@duckdb/node-api';
import type { Column as Declaration, Table } from '../schema/column.js';
import { TABLES, type TableName } from '../schema/tables.js';
import type { Column } from './column.js';
import { EnumColumn } from './enum-column.js';
import { ListColumn } from './list-column.js';
import { NameColumn } from './name-column.js';
import { NumberColumn } from './number-column.js';
import { PaymentColumn } from './payment-column.js';
import { RowStage } from './row-stage.js';
import { Stage } from './stage.js';
import { TextColumn } from './text-column.js';
import { UnsignedColumn } from './unsigned-column.js';
import { Vocabulary } from './vocabulary.js';

type ByContent<C extends Declaration> = C['content'] extends 'bank' | 'name'
  ? NameColumn
  : C['content'] extends 'payment'
    ? PaymentColumn
    : TextColumn;

type StagedColumn<C extends Declaration> = C['type'] extends 'WORD'
  ? EnumColumn
  : C['type'] extends 'UBIGINT'
    ? UnsignedColumn
    : C['type'] extends 'BIGINT[]'
      ? ListColumn<NumberColumn>
      : C['type'] extends 'VARCHAR[]'
        ? ListColumn<ByContent<C>>
        : C['type'] extends 'VARCHAR' | 'JSON'
          ? ByContent<C>
          : NumberColumn;

/** Columns of a table that a writer fills: neither the simulation's id, which is the same in all rows, nor what is computed. */
type Filled<T extends Table> = {
  [
    Name in keyof T['columns'] as T['columns'][Name] extends { content: 'simulation' } | { computed: string } ? never : Name
  ]: StagedColumn<T['columns'][Name]>;
};

export type StageOf<Name extends TableName> = Stage<Filled<(typeof TABLES)[Name]> & Readonly<Record<string, Column>>>;

/** A stage with the columns of a table in their order. @param banks ids of banks by number */
export function stageOf<Name extends TableName>(table: Name, simulationId: string, banks: Vocabulary): StageOf<Name> {
  return new Stage(table, simulationId, columnsOf(TABLES[table], banks)) as StageOf<Name>;
}

/** The same for a table that consists of numbers, words, and banks and payments by number. */
export function rowStageOf<Name extends TableName>(
  table: Name,
  simulationId: string,
  banks: Vocabulary,
): RowStage<keyof Filled<(typeof TABLES)[Name]> & string> {
  return new RowStage(table, simulationId, columnsOf(TABLES[table], banks) as never);
}

function columnsOf({ columns }: Table, banks: Vocabulary): Readonly<Record<string, Column>> {
  const filled = Object.entries(columns).filter(
    ([, { computed, content }]) => computed === undefined && content !== 'simulation',
  );
  return Object.fromEntries(filled.map(([name, declaration]) => [name, staged(declaration, banks)]));
}

function staged(declaration: Declaration, banks: Vocabulary): Column {
  switch (declaration.type) {
    case 'WORD':
      return new EnumColumn(declaration.words!);
    case 'UBIGINT':
      return new UnsignedColumn();
    case 'BIGINT[]':
      return new ListColumn(new NumberColumn(BIGINT));
    case 'VARCHAR[]':
      return new ListColumn(ofTexts(declaration, banks));
    case 'VARCHAR':
    case 'JSON':
      return ofTexts(declaration, banks);
    case 'BIGINT':
      return new NumberColumn(BIGINT);
    case 'INTEGER':
      return new NumberColumn(INTEGER);
    case 'BOOLEAN':
      return new NumberColumn(BOOLEAN);
    case 'DOUBLE':
      return new NumberColumn(DOUBLE);
    case 'TIMESTAMP':
      throw new Error('no clock speaks in rows that are staged');
  }
}

function ofTexts({ content }: Declaration, banks: Vocabulary): NameColumn | PaymentColumn | TextColumn {
  if (content === 'bank') return new NameColumn(banks);
  if (content === 'name') return new NameColumn(new Vocabulary());
  return content === 'payment' ? new PaymentColumn() : new TextColumn();
}
