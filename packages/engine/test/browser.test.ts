import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import vm from 'node:vm';
import { gzipSync } from 'node:zlib';
import { build, type OutputChunk } from 'rolldown';
import { beforeAll, describe, expect, it } from 'vitest';
import type { ScenarioFiles } from './support/browser-page.js';
import { CHROMIUM, SKIPPED, textsInChromium } from './support/chromium.js';
import { loadGoldenLog, REFERENCE_SCENARIOS } from './support/reference.js';

/** Policies, arrivals of every kind, liquidity saving, and ids that are no ASCII. */
const NAMES = ['mixed-five-days', 'arrivals-bands', 'lsm-gridlock-20', 'ids-byte-order'];
const REFERENCES = REFERENCE_SCENARIOS.filter(({ name }) => NAMES.includes(name));

if (SKIPPED !== '') console.warn(`The engine in headless Chromium${SKIPPED}`);

/** The page's program as one classic script, which leaves its functions in the global `page`. */
async function bundle(
  program = path.join(import.meta.dirname, 'support', 'browser-page.ts'),
  minify = false,
): Promise<{ chunks: OutputChunk[]; warnings: string[] }> {
  const warnings: string[] = [];
  const { output } = await build({
    input: program,
    platform: 'browser',
    resolve: { extensionAlias: { '.js': ['.ts', '.js'] } },
    output: { format: 'iife', name: 'page', minify },
    onLog: (_level, { message }) => void warnings.push(message),
    write: false,
  });
  return { chunks: output.filter((file) => file.type === 'chunk'), warnings };
}

function filesOf({ policies, scenario }: (typeof REFERENCES)[number]): ScenarioFiles {
  const read = (file: string): string => readFileSync(path.join(import.meta.dirname, 'reference', file), 'utf8');
  return { text: read(scenario), policies: Object.fromEntries(policies.map((file) => [`../${file}`, read(file)])) };
}

/** Opens a page that runs every scenario, and returns what it shows. */
async function logsFromChromium(script: string): Promise<Map<string, string>> {
  const folder = mkdtempSync(path.join(os.tmpdir(), 'simcash-browser-'));
  try {
    const work = Object.fromEntries(REFERENCES.map((reference) => [reference.name, filesOf(reference)]));
    writeFileSync(path.join(folder, 'engine.js'), script);
    writeFileSync(path.join(folder, 'work.js'), `const work = ${JSON.stringify(work)};`);
    const page = path.join(folder, 'page.html');
    writeFileSync(
      page,
      `<!doctype html><meta charset="utf-8"><body><script src="engine.js"></script><script src="work.js"></script><script>
        for (const [name, files] of Object.entries(work)) {
          const log = document.body.appendChild(document.createElement('pre'));
          log.id = name;
          log.textContent = page.eventLog(files);
        }
      </script>`,
    );
    return await textsInChromium(page);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function goldenLog(reference: (typeof REFERENCES)[number]): string {
  return loadGoldenLog(reference)
    .lines.map((line) => `${line}\n`)
    .join('');
}

describe('the engine, bundled for browsers', () => {
  let chunks: OutputChunk[];
  let warnings: string[];
  beforeAll(async () => {
    ({ chunks, warnings } = await bundle());
  });

  it('is one script that imports nothing', () => {
    expect(warnings).toEqual([]);
    expect(chunks.map(({ dynamicImports, imports }) => [...imports, ...dynamicImports])).toEqual([[]]);
  });

  it.each(REFERENCES)('gives the golden log of $name where Node has put nothing', (reference) => {
    const globals = vm.createContext({ TextEncoder, TextDecoder, files: filesOf(reference) });
    vm.runInContext(chunks[0]!.code, globals);
    expect(vm.runInContext('page.eventLog(files)', globals)).toBe(goldenLog(reference));
  });

  it('is no larger than it has to be: simulations need less than 480 kB, or 150 kB compressed', async () => {
    const folder = mkdtempSync(path.join(os.tmpdir(), 'simcash-size-'));
    const program = path.join(folder, 'program.ts');
    writeFileSync(program, `export { Simulation } from ${JSON.stringify(path.join(import.meta.dirname, '../src/index.ts'))};`);
    const { chunks: minified } = await bundle(program, true);
    rmSync(folder, { recursive: true });
    const script = Buffer.from(minified.map(({ code }) => code).join(''));
    expect(script.length).toBeLessThan(480_000);
    expect(gzipSync(script).length).toBeLessThan(150_000);
  });

  it.skipIf(CHROMIUM === null)(`gives the golden logs in headless Chromium${SKIPPED}`, async () => {
    const logs = await logsFromChromium(chunks[0]!.code);
    expect([...logs.keys()].sort()).toEqual([...NAMES].sort());
    for (const reference of REFERENCES) expect(logs.get(reference.name), reference.name).toBe(goldenLog(reference));
  });
});
