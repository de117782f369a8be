// Runs one reference scenario and prints its log (dev helper).
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { Simulation, parseScenario, readScenarioText } from '../dist/index.js';
const file = process.argv[2];
const format = file.endsWith('.json') ? 'json' : 'yaml';
const { document } = readScenarioText(readFileSync(file, 'utf8'), format);
const scenario = parseScenario(document, { exactIntegers: true, readPolicy: (p) => readFileSync(path.resolve(path.dirname(file), p), 'utf8') });
const out = [];
const t0 = performance.now();
const sim = Simulation.create(scenario, { sink: { write: (b) => out.push(b.toNdjson()) } });
try { sim.run(); } finally { process.stdout.write(out.join('')); if (process.env.TIME) console.error(performance.now() - t0); }
