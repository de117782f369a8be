// Puts the command and the packages that it is made of into few files: of the time that a short command takes, most went into finding,
// reading and compiling five hundred (decision 18). What is native, starts threads of its own or is optional stays where it is.
import { rmSync } from 'node:fs';
import path from 'node:path';
import { rolldown } from 'rolldown';

const CLI = path.join(import.meta.dirname, '..');
const OUT = path.join(CLI, 'dist', 'bundle');

/** Files beside a module are found where the module was, not where its text is put. */
const places = {
  name: 'places',
  transform(code, id) {
    if (!code.includes('import.meta.url')) return null;
    const [, name, file] = /\/packages\/([^/]+)\/dist\/(.+)$/.exec(id) ?? [];
    if (name !== undefined) return replaced(code, `new URL('./${file}', import.meta.resolve('@simcash/${name}')).href`);
    const [, own] = /\/apps\/cli\/dist\/(.+)$/.exec(id) ?? [];
    return own === undefined ? null : replaced(code, `new URL('../${own}', import.meta.url).href`);
  },
};
const replaced = (code, url) => code.replaceAll('import.meta.url', url);

rmSync(OUT, { recursive: true, force: true });
const bundle = await rolldown({
  input: path.join(CLI, 'dist', 'main.js'),
  platform: 'node',
  plugins: [places],
  external: [/^node:/, /^@duckdb\/node-bindings/, 'piscina', '@simcash/sweeps/queue'],
});
await bundle.write({ dir: OUT, format: 'esm', entryFileNames: '[name].js', chunkFileNames: '[name]-[hash].js' });
