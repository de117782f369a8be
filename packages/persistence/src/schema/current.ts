import { createHash } from 'node:crypto';
import { comments, createTable } from './ddl.js';
import { MIGRATIONS, recordMigration } from './migrations.js';
import { TABLES } from './tables.js';
import { createView, VIEWS } from './views.js';

/** Views and comments: made anew whenever the schema has changed. */
export const DESCRIPTION: readonly string[] = [
  ...Object.entries(VIEWS).map(([name, view]) => createView(name, view)),
  ...Object.entries(TABLES).flatMap(([name, { about, columns }]) => comments('TABLE', name, about, columns)),
  ...Object.entries(VIEWS).flatMap(([name, { about, columns }]) => comments('VIEW', name, about, columns)),
];

/** Statements that make the whole schema in an empty database. */
export const SCHEMA: readonly string[] = [
  ...Object.entries(TABLES).map(([name, declaration]) => createTable(name, declaration)),
  ...DESCRIPTION,
  ...MIGRATIONS.map(recordMigration),
];

/** Tells schemas apart. */
export const SCHEMA_HASH = createHash('sha256').update(SCHEMA.join(';\n')).digest('hex').slice(0, 12);
