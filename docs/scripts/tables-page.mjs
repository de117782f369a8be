import { writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { SimCashDatabase, TABLES, VIEWS } from '@simcash/persistence';
import prettier from 'prettier';

/** The page that shows every table and view as the code declares it. `npm run docs:pages` writes it. */
export const PAGE = fileURLToPath(new URL('../reference/tables.md', import.meta.url));

const LEVELS = ['SUMMARY', 'EVENTS', 'FULL'];

/** The text of the page, made from the declarations and the catalogue of a new database. */
export async function tablesPage() {
  const sections = [
    INTRODUCTION,
    levelsTable(),
    '## Tables',
    ...(await Promise.all(Object.entries(TABLES).map(tableSection))),
    '## Views',
    ...(await viewSections()),
  ];
  return prettier.format(`${sections.join('\n\n')}\n`, { ...(await prettier.resolveConfig(PAGE)), parser: 'markdown' });
}

const INTRODUCTION = `# Tables and views

This page is made from the declarations in [\`schema/tables\`](../../packages/persistence/src/schema/tables) and
[\`schema/views.ts\`](../../packages/persistence/src/schema/views.ts); the same words are the comments of the columns in every file
(\`SELECT table_name, column_name, comment FROM duckdb_columns()\`). How rows come and go is told in [The database](database.md).

?: the column may be \`NULL\`. ⏱: a wall clock speaks. ◇: why a simulation was run, not what happened in it. No comparison of simulations
looks at columns with ⏱ or ◇.

## Levels`;

function levelsTable() {
  const rows = Object.entries(TABLES)
    .filter(([, { level }]) => level !== null)
    .map(([name, { level, written }]) => {
      const marks = LEVELS.map((_, i) => (i >= LEVELS.indexOf(level) ? '✓' : ''));
      return row(`[\`${name}\`](#${name})`, ...marks, written);
    });
  return [row('Table', ...LEVELS, 'Written'), row('---', ':-:', ':-:', ':-:', '---'), ...rows].join('\n');
}

function tableSection([name, { about, columns, logicalKey, primaryKey, written }]) {
  const key = primaryKey === undefined ? `Logical key \`${logicalKey.join(', ')}\`` : `Primary key \`${primaryKey.join(', ')}\``;
  const rows = Object.entries(columns).map(
    ([column, { about: meaning, computed, context, optional, type, wallClock, words }]) => {
      const marks = [wallClock ? '⏱ ' : '', context ? '◇ ' : ''].join('');
      const shown = type !== 'WORD' ? type : words !== undefined && TABLES[name].bulk ? 'ENUM' : 'VARCHAR';
      return row(`\`${column}\``, `${shown}${optional || computed ? '?' : ''}`, `${marks}${meaning}`);
    },
  );

  return [
    `### ${name}`,
    about,
    `${written}. ${key}.`,
    [row('Column', 'Type', 'Meaning'), row('---', '---', '---'), ...rows].join('\n'),
  ].join('\n\n');
}

async function viewSections() {
  const database = await SimCashDatabase.open(':memory:');
  try {
    const types = await database.query(
      `SELECT table_name || '.' || column_name AS name, CASE WHEN starts_with(data_type, 'ENUM') THEN 'ENUM' ELSE data_type END AS type FROM duckdb_columns()`,
    );
    const typeOf = new Map(types.map(({ name, type }) => [name, type]));
    return Object.entries(VIEWS).map(([name, { about, columns }]) => {
      const rows = Object.entries(columns).map(([column, { about: meaning }]) =>
        row(`\`${column}\``, typeOf.get(`${name}.${column}`), meaning),
      );
      return [`### ${name}`, about, [row('Column', 'Type', 'Meaning'), row('---', '---', '---'), ...rows].join('\n')].join(
        '\n\n',
      );
    });
  } finally {
    database.close();
  }
}

const row = (...cells) => `| ${cells.map((cell) => String(cell).replaceAll('|', '\\|')).join(' | ')} |`;

if (process.argv[1] === fileURLToPath(import.meta.url)) writeFileSync(PAGE, await tablesPage());
