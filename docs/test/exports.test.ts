import { readFileSync } from 'node:fs';
import path from 'node:path';
import { expect, it } from 'vitest';

/** Whoever is handed a value of a type must be able to name the type: everything in an exported signature is exported, too. */
const PACKAGES = path.resolve(import.meta.dirname, '../../packages');
const read = (file: string): string => readFileSync(file, 'utf8');
const target = (file: string, module: string): string => path.join(path.dirname(file), module.replace(/\.js$/, '.d.ts'));

/** Exported names of a module with the file that declares each. */
function exportsOf(file: string): Map<string, string> {
  const text = read(file);
  const found = new Map<string, string>();
  for (const [, module] of text.matchAll(/export (?:type )?\* from '(\.[^']+)'/g))
    for (const [name, place] of exportsOf(target(file, module!))) found.set(name, place);
  for (const [, names, module] of text.matchAll(/export (?:type )?\{([^}]*)\} from '(\.[^']+)'/g))
    for (const name of namesIn(names!)) found.set(name, target(file, module!));
  for (const [, name] of text.matchAll(/export (?:declare )?(?:const|function|class|interface|type) (\w+)/g))
    found.set(name!, file);
  return found;
}

const namesIn = (list: string): string[] =>
  list.split(',').flatMap((name) => /(\w+)\s*$/.exec(name.replace(/^\s*type /, ''))?.slice(1) ?? []);

/** Types of the package that a declaration mentions. */
function mentioned(file: string, name: string): string[] {
  const text = read(file).replace(/\/\*[^]*?\*\//g, '');
  const pattern = new RegExp(
    `export (?:declare )?(?:const|function|class|interface|type) ${name}\\b[^]*?(?=\\nexport |\\n(?:declare|interface|type|import) |$)`,
  );
  const declaration = (pattern.exec(text)?.[0] ?? '').replace(/^\s*(?:private |#).*$/gm, '');
  const local = [
    ...[...text.matchAll(/import (?:type )?\{([^}]*)\} from '\.[^']+'/g)].flatMap(([, names]) => namesIn(names!)),
    ...[...text.matchAll(/^(?:export )?(?:declare )?(?:interface|type|class) (\w+)/gm)].map(([, own]) => own!),
  ];
  return local.filter((other) => other !== name && new RegExp(`\\b${other}\\b`).test(declaration));
}

it.each([
  ['protocol', ['index']],
  ['engine', ['index']],
  ['persistence', ['index']],
  ['replay', ['index']],
  ['experiments', ['index']],
  ['runs', ['index', 'experiments/index']],
])('every type in a signature of @simcash/%s can be imported', (name, modules) => {
  const exported = new Map(modules.flatMap((module) => [...exportsOf(path.join(PACKAGES, name, 'dist', `${module}.d.ts`))]));
  expect(exported.size).toBeGreaterThan(4);
  const missing = [...exported].flatMap(([symbol, file]) =>
    mentioned(file, symbol)
      .filter((type) => !exported.has(type))
      .map((type) => `${type} of ${symbol}`),
  );
  expect(missing).toEqual([]);
});
