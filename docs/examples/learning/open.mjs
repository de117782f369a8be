import { readFileSync } from 'node:fs';
import path from 'node:path';
import { readScenario, readScenarioText } from '@simcash/engine';
import { createEnvironment } from '@simcash/environments';

/** The environment of a file of this folder. */
export function open(name) {
  const read = (file) => readScenarioText(readFileSync(file, 'utf8')).document;
  const file = path.join(import.meta.dirname, name);
  const definition = read(file);
  const { scenario } = definition;
  const document = typeof scenario === 'string' ? read(path.resolve(path.dirname(file), scenario)) : scenario;
  return createEnvironment(definition, { scenario: readScenario(document, { exactIntegers: true }) });
}

/** Whether a program was started itself; and the numbers that follow its name, or those that are given. */
export const isMain = ({ filename }) => process.argv[1] === filename;
export const numbers = (...standard) => standard.map((value, i) => Number(process.argv[2 + i] ?? value));
