import { createHash } from 'node:crypto';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import type { EngineConfig, SettlementPlugin } from '@simcash/engine';
import { CommandError, EXIT, inputError } from '../exit-codes.js';
import { note } from '../output/streams.js';
import { realName } from './confines.js';
import { readText } from './reading.js';

type Mapping = Record<string, unknown>;

/**
 * Settlement algorithms that a scenario names, by the text of `module`. A scenario alone runs no code: each file must be named by the
 * user, too (spec 12 §9). The hash of its content goes into the document, so that other code is another scenario.
 *
 * @throws CommandError
 */
export function pluginsOf(
  document: unknown,
  file: string,
  named: readonly string[],
): { document: unknown; plugins: Readonly<Record<string, string>> } {
  const plugins: Record<string, string> = {};
  const settlement = (document as Mapping | null)?.settlement as Mapping | undefined;
  if (!Array.isArray(settlement?.runs)) return { document, plugins };
  const allowed = new Map(named.map((name) => [realName(name), name]));
  const runs = (settlement.runs as Mapping[]).map((run) => {
    if (!Array.isArray(run?.algorithms)) return run;
    return { ...run, algorithms: (run.algorithms as unknown[]).map((algorithm) => withHash(algorithm)) };
  });
  function withHash(algorithm: unknown): unknown {
    const { module, type } = (algorithm ?? {}) as Mapping;
    if (type !== 'custom' || typeof module !== 'string') return algorithm;
    const found = path.resolve(path.dirname(file), module);
    const name = allowed.get(realName(found));
    if (name === undefined)
      throw inputError(
        `${file}: the scenario wants to run code: ${module}`,
        `a scenario alone runs none; if you trust it, name it: --plugin ${found}`,
      );
    plugins[module] = found;
    return { ...(algorithm as Mapping), content_hash: hashOf(found) };
  }
  return {
    document: Object.keys(plugins).length === 0 ? document : { ...(document as Mapping), settlement: { ...settlement, runs } },
    plugins,
  };
}

/**
 * The files of a stored run's settlement algorithms, by module: those that the user names and whose content is what the run had.
 *
 * @throws CommandError
 */
export function storedPlugins(
  { settlement }: Pick<EngineConfig, 'settlement'>,
  named: readonly string[],
): Readonly<Record<string, string>> {
  const hashes = new Map(named.map((file) => [hashOf(file), file]));
  const algorithms = settlement?.runs.flatMap((run) => run.algorithms) ?? [];
  const own = algorithms.flatMap((one) => (one.type === 'custom' ? [one] : []));
  return Object.fromEntries(
    own.map(({ content_hash, module }) => {
      const file = hashes.get(content_hash ?? '');
      if (file !== undefined) return [module, file];
      const why =
        named.length === 0
          ? 'name its file with --plugin'
          : `no --plugin has that content: the algorithm differs from the one that ran`;
      throw new CommandError(
        EXIT.verification,
        `this run settled by an algorithm of its user’s own: ${module}, SHA-256 ${content_hash ?? 'unknown'}`,
        [why],
      );
    }),
  );
}

const hashOf = (file: string): string => createHash('sha256').update(readText(file, 'plugin')).digest('hex');

/** Names of the exports that a configuration wants, by module. */
export function exportsOf({ settlement }: Pick<EngineConfig, 'settlement'>): Readonly<Record<string, string>> {
  const algorithms = settlement?.runs.flatMap((run) => run.algorithms) ?? [];
  return Object.fromEntries(algorithms.flatMap((one) => (one.type === 'custom' ? [[one.module, one.export]] : [])));
}

/** Loads the code. It is trusted: it can do whatever the user can. @throws CommandError */
export async function loadPlugins(
  plugins: Readonly<Record<string, string>>,
  exports: Readonly<Record<string, string>>,
  quiet: boolean,
): Promise<Readonly<Record<string, SettlementPlugin>>> {
  const loaded: Record<string, SettlementPlugin> = {};
  for (const [module, file] of Object.entries(plugins)) {
    if (!quiet) note(`warning: ${file} is loaded: its code can do whatever you can`);
    let found: Readonly<Record<string, unknown>>;
    try {
      found = (await import(pathToFileURL(file).href)) as Readonly<Record<string, unknown>>;
    } catch (error) {
      throw inputError(`--plugin ${file} cannot be loaded: ${(error as Error).message}`);
    }
    const plugin = found[exports[module] ?? 'default'] as SettlementPlugin | undefined;
    if (typeof plugin?.select !== 'function' || typeof plugin.name !== 'string')
      throw inputError(`--plugin ${file}: the export '${exports[module] ?? 'default'}' is no object with name and select()`);
    loaded[module] = plugin;
  }
  return loaded;
}
