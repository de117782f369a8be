import { literal } from '../sql-text.js';
import type { Column, Content, Table } from './column.js';

/**
 * What DuckDB compresses texts of bulk tables with. Left alone, it tries all its methods on every row group, which takes longer than
 * the compression itself.
 */
const COMPRESSION: Readonly<Record<Content, string>> = {
  simulation: 'dictionary',
  bank: 'dictionary',
  name: 'dictionary',
  payment: 'fsst',
  text: 'fsst',
};

/** The type of a column in DuckDB's words. */
export function sqlType({ type, words = [] }: Column, bulk = false): string {
  if (type !== 'WORD') return type;
  return bulk ? `ENUM(${words.map(literal).join(', ')})` : 'VARCHAR';
}

/** Statement that creates a table, under another name if one is given. */
export function createTable(name: string, declaration: Table, as = name): string {
  const { bulk, columns, primaryKey, references = {} } = declaration;
  const lines = Object.entries(columns).map(([column, definition]) => {
    const { computed, content, optional, type, words } = definition;
    if (computed !== undefined) return `"${column}" ${type} GENERATED ALWAYS AS (${computed}) VIRTUAL`;
    const parent = references[column];
    const compression = bulk && !type.endsWith('[]') && content !== undefined ? COMPRESSION[content] : undefined;
    return [
      `"${column}" ${sqlType(definition, bulk)}`,
      ...(optional ? [] : ['NOT NULL']),
      ...(words && !bulk ? [`CHECK ("${column}" IN (${words.map(literal).join(', ')}))`] : []),
      ...(parent === undefined ? [] : [`REFERENCES ${parent}`]),
      ...(compression === undefined ? [] : [`USING COMPRESSION ${compression}`]),
    ].join(' ');
  });
  if (primaryKey) lines.push(`PRIMARY KEY (${primaryKey.join(', ')})`);
  return `CREATE TABLE ${as} (\n  ${lines.join(',\n  ')}\n)`;
}

/** Statements that say in the database what tables, views and columns mean. */
export function comments(
  kind: 'TABLE' | 'VIEW',
  name: string,
  about: string,
  columns: Readonly<Record<string, { readonly about: string }>>,
): string[] {
  return [
    `COMMENT ON ${kind} ${name} IS ${literal(about)}`,
    ...Object.entries(columns).map(
      ([column, definition]) => `COMMENT ON COLUMN ${name}."${column}" IS ${literal(definition.about)}`,
    ),
  ];
}
