import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

/** What each package exports, as it is declared, without comments: so a change of it is seen in review. `npm run exports` writes it. */
export const REPORTS = fileURLToPath(new URL('../exports/', import.meta.url));
const PACKAGES = fileURLToPath(new URL('../../packages/', import.meta.url));

const DECLARED = /^(?:export )?(?:default )?(?:declare )?(?:abstract )?(?:const|let|function|class|interface|type) (\w+)/;
const ALL = /^export (?:type )?\*(?: as (\w+))? from '([^']+)'/;
const LIST = /^(import|export) (?:type )?\{([^}]*)\}(?: from '([^']+)')?/;

/** Texts of a module's exports by name; of another package's only where they come from. */
function exportsOf(file) {
  const exported = new Map();
  const known = new Map();
  for (const statement of statementsOf(file)) {
    const [isAll, as, whole] = ALL.exec(statement) ?? [];
    const [isList, kind, names, part] = LIST.exec(statement) ?? [];
    const [isDeclared, name] = DECLARED.exec(statement) ?? [];
    if (isAll) {
      const other = moduleFrom(file, whole);
      if (other === null) exported.set(`* of ${whole}`, '');
      else if (as) exported.set(as, `namespace ${as}: ${[...other.keys()].sort().join(', ')}`);
      else for (const [each, text] of other) exported.set(each, text);
    } else if (isList) {
      for (const [, one, other = one] of names.matchAll(/(?:type )?(\w+)(?: as (\w+))?/g)) {
        const there = () => moduleFrom(file, part)?.get(one) ?? `${one} of ${part}`;
        if (kind === 'import') known.set(other, there);
        else exported.set(other, part ? there() : textOf(known.get(one)));
      }
    } else if (isDeclared) {
      known.set(name, known.has(name) ? `${known.get(name)}\n${statement}` : statement);
      if (statement.startsWith('export ')) exported.set(name, known.get(name));
    }
  }
  return exported;
}

/** What is imported is looked at only if it is exported again: types may know one another in circles. */
const textOf = (known) => (typeof known === 'function' ? known() : known);

const moduleFrom = (file, module) =>
  module.startsWith('.') ? exportsOf(path.join(path.dirname(file), module.replace(/\.js$/, '.d.ts'))) : null;

/** Statements of a declaration file; comments and private members are left out. */
const statementsOf = (file) =>
  readFileSync(file, 'utf8')
    .replace(/^\s*\/\*\*[^]*?\*\/\n?|^\/\/.*$|^\s+(?:private |#private).*\n/gm, '')
    .split(/\n(?=[a-z])/)
    .map((statement) => outline(statement.trim()));

/** Of long constants, tables of the database or events, the first level: the pages of docs/reference show what is in them. */
const outline = (statement) => {
  const lines = statement.split('\n');
  return lines.length > 100 && / const /.test(lines[0]) ? lines.filter((line) => /^ {0,4}\S/.test(line)).join('\n') : statement;
};

/** The report of a package by its folder; null if it exports nothing. */
export function apiReport(folder) {
  const { exports, name } = JSON.parse(readFileSync(path.join(PACKAGES, folder, 'package.json'), 'utf8'));
  const entries = Object.entries(exports).filter(([, { types }]) => types !== undefined);
  const sections = entries.map(([entry, { types }]) => {
    const found = [...exportsOf(path.join(PACKAGES, folder, types))].sort(([a], [b]) => (a < b ? -1 : 1));
    const texts = found.map(([each, text]) =>
      text === '' || !new RegExp(`\\b${each}\\b`).test(text) ? `// ${each}\n${text}` : text,
    );
    return `## ${path.posix.join(name, entry)}\n\n\`\`\`ts\n${texts.join('\n').replace(/^export (?:declare )?/gm, '')}\n\`\`\``;
  });
  return [`<!-- Made by: npm run exports -->\n\n# Exports of ${name}`, ...sections, ''].join('\n\n').replace(/\n\n$/, '\n');
}

export const folders = () => readdirSync(PACKAGES).sort();

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  rmSync(REPORTS, { recursive: true, force: true });
  mkdirSync(REPORTS);
  for (const folder of folders()) writeFileSync(path.join(REPORTS, `${folder}.md`), apiReport(folder));
}
