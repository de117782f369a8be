import path from 'node:path';
import { readScenarioText, ScenarioError, type ScenarioText } from '@simcash/engine';
import { inputError } from '../exit-codes.js';

/** A text in the format that its file's name says. @throws CommandError with the place of what is wrong */
export function parseText(file: string, text: string): ScenarioText {
  const extension = path.extname(file);
  if (file !== '-' && !['.yaml', '.yml', '.json'].includes(extension)) {
    throw inputError(`Unsupported file format: ${extension || file}`, 'scenario files end in .yaml, .yml or .json');
  }
  try {
    return readScenarioText(text, extension === '.json' ? 'json' : 'yaml');
  } catch (error) {
    if (error instanceof ScenarioError) throw inputError(`${file}: ${error.message}`);
    throw error;
  }
}
