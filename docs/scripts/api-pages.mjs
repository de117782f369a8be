import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { Application, Comment, Converter, ReflectionKind } from 'typedoc';
import { entryPoints } from './documented.mjs';

/** One page for every module that the packages offer, made by TypeDoc from the declarations that users compile against. */
export async function apiPages(out) {
  const entries = entryPoints();
  const entryOf = new Map(entries.map((entry) => [sourceOf(entry.file), entry]));
  const app = await Application.bootstrapWithPlugins({
    plugin: [fileURLToPath(import.meta.resolve('typedoc-plugin-markdown'))],
    entryPoints: entries.map(({ file }) => file),
    tsconfig: fileURLToPath(new URL('../.vitepress/tsconfig.json', import.meta.url)),
    name: 'API of the packages',
    readme: 'none',
    disableSources: true,
    excludePrivate: true,
    outputFileStrategy: 'modules',
    entryFileName: 'README',
    hideBreadcrumbs: true,
    hidePageHeader: true,
    useCodeBlocks: true,
    sanitizeComments: true,
    interfacePropertiesFormat: 'table',
    typeAliasPropertiesFormat: 'table',
    classPropertiesFormat: 'table',
    parametersFormat: 'table',
    enumMembersFormat: 'table',
    propertyMembersFormat: 'table',
    typeDeclarationFormat: 'table',
    expandObjects: false,
    outputs: [{ name: 'markdown', path: out }],
    logLevel: 'Error',
  });
  app.converter.on(Converter.EVENT_RESOLVE_BEGIN, ({ project }) => {
    for (const module of project.getReflectionsByKind(ReflectionKind.Module)) {
      const { fileName } = project.getSymbolIdFromReflection(module);
      const { about, module: name } = entryOf.get(path.normalize(fileName));
      module.name = name;
      module.comment ??= new Comment([{ kind: 'text', text: about }]);
    }
  });
  const project = await app.convert();
  if (project === undefined || app.logger.hasErrors()) throw new Error('TypeDoc could not read the declarations');
  await app.generateOutputs(project);
  if (app.logger.hasErrors()) throw new Error('TypeDoc could not write its pages');
}

/** TypeDoc knows a module by the source that its declarations come from. */
const sourceOf = (declarations) => declarations.replace(/([\\/])dist([\\/].*)\.d\.ts$/, '$1src$2.ts');

if (process.argv[1] === fileURLToPath(import.meta.url)) await apiPages(fileURLToPath(new URL('../api', import.meta.url)));
