import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import ts from 'typescript';

/** Counts what the packages export, and how much of it has a comment that says what it is. `npm run docs:count` prints the counts. */
const ROOT = fileURLToPath(new URL('../..', import.meta.url));

/** The modules that each package offers: what they are imported as, where they are declared, and what they are. */
export function entryPoints() {
  return readdirSync(path.join(ROOT, 'packages')).flatMap((folder) => {
    const { description, exports, name } = JSON.parse(readFileSync(path.join(ROOT, 'packages', folder, 'package.json'), 'utf8'));
    return Object.entries(exports)
      .filter(([, { types }]) => types !== undefined)
      .map(([place, { types }]) => ({
        module: path.posix.join(name, place),
        file: path.join(ROOT, 'packages', folder, types),
        about: place === '.' ? `${description}.` : `A part of ${name} that is imported by its own name.`,
      }));
  });
}

/**
 * Every exported name, once, and every public member of an exported interface, type of an object or class that a declaration spells
 * out. Members that a schema implies are not counted: the reference pages describe them. Nor are those that can have one value only (the
 * `type` of a union's part) and the `name` of an error: nothing could be said of them.
 */
export function documented() {
  const entries = entryPoints();
  const options = { module: ts.ModuleKind.NodeNext, target: ts.ScriptTarget.ES2022, noLib: true, types: [] };
  const program = ts.createProgram(
    entries.map(({ file }) => file),
    options,
  );
  const checker = program.getTypeChecker();
  const seen = new Set();
  const names = [];
  const members = [];
  for (const { file, module } of entries) {
    const source = program.getSourceFile(file);
    if (source === undefined) throw new Error(`${file} is missing: npm run build makes it`);
    for (const exported of checker.getExportsOfModule(checker.getSymbolAtLocation(source))) {
      const symbol = exported.flags & ts.SymbolFlags.Alias ? checker.getAliasedSymbol(exported) : exported;
      if (seen.has(symbol)) continue;
      seen.add(symbol);
      names.push(finding(`${module}: ${exported.name}`, checker, symbol, exported));
      for (const member of membersOf(symbol))
        members.push(finding(`${module}: ${exported.name}.${member.name}`, checker, member));
    }
  }
  return { names, members };
}

/** Whether a symbol has a comment in words, its own or that of the member which it implements. */
function finding(name, checker, ...symbols) {
  const documented = symbols.some((symbol) => symbol.getDocumentationComment(checker).length > 0);
  const declarations = symbols.flatMap((symbol) => symbol.declarations ?? []);
  return { name, documented: documented || declarations.some(isDescribedModule), declarations };
}

/** A module that is exported as a namespace is described at the top of its file. */
const isDescribedModule = (node) => ts.isSourceFile(node) && /^\/\*\*[^]*?@module/.test(node.text);

function membersOf(symbol) {
  return (symbol.declarations ?? [])
    .flatMap((declaration) => {
      const body = ts.isTypeAliasDeclaration(declaration) ? objectTypesIn(declaration.type) : [declaration];
      return body.flatMap((node) => (node.members ?? []).filter(isPublic)).map((node) => node.symbol);
    })
    .filter((member, i, all) => all.indexOf(member) === i);
}

/** The object types that an alias spells out, itself or as parts of a union or intersection. */
function objectTypesIn(type) {
  if (ts.isTypeLiteralNode(type)) return [type];
  if (ts.isParenthesizedTypeNode(type)) return objectTypesIn(type.type);
  return ts.isUnionTypeNode(type) || ts.isIntersectionTypeNode(type) ? type.types.flatMap(objectTypesIn) : [];
}

function isPublic(member) {
  if (member.name === undefined || !ts.isIdentifier(member.name)) return false;
  if (member.type !== undefined && ts.isLiteralTypeNode(member.type)) return false;
  if (member.name.text === 'name' && /Error$|Failure$/.test(member.parent.name?.text ?? '')) return false;
  return (ts.getCombinedModifierFlags(member) & (ts.ModifierFlags.Private | ts.ModifierFlags.Protected)) === 0;
}

/** `97.3 %` and the like; what is missing by name. */
export function summary(findings) {
  const missing = findings.filter(({ documented }) => !documented).map(({ name }) => name);
  return { total: findings.length, missing, share: 1 - missing.length / findings.length };
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  for (const [kind, findings] of Object.entries(documented())) {
    const { missing, share, total } = summary(findings);
    console.log(`${kind}: ${total - missing.length} of ${total} documented, ${(100 * share).toFixed(1)} %`);
    for (const name of missing) console.log(`  ${name}`);
  }
}
