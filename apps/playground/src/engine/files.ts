import { issueText } from '@simcash/protocol';
import {
  parsePolicy,
  readScenario,
  PolicyDocumentError,
  policyJsonSchema,
  PRESETS,
  readScenarioText,
  REPLACED_BY_DESIGN,
  scenarioJsonSchema,
  ScenarioError,
  type Scenario,
  type ScenarioIssue,
  type ScenarioText,
} from '@simcash/engine';
import type { Files, Language, Problem } from './requests.js';

export const language = (): Language => ({
  scenario: scenarioJsonSchema(),
  policy: policyJsonSchema(),
  presets: Object.keys(PRESETS),
  replaced: Object.keys(REPLACED_BY_DESIGN),
});

/** Reads a scenario with its policies. @throws ScenarioError */
export function readFiles({ policies, scenario }: Files): Scenario {
  return readScenario(readScenarioText(scenario).document, {
    exactIntegers: true,
    readPolicy: (path) => policyIn(policies, path),
  });
}

function policyIn(policies: Files['policies'], path: string): string {
  if (!Object.hasOwn(policies, path))
    throw new Error(
      `there is no policy file ${path} here: add one of that name, or name one of ${Object.keys(policies).join(', ')}`,
    );
  return policies[path]!;
}

/** Everything that the engine finds wrong with the files, with the lines where it stands. */
export function checkFiles(files: Files): Problem[] {
  const broken = Object.entries(files.policies).flatMap(([file, text]) => policyProblems(file, text));
  return [...broken, ...scenarioProblems(files)];
}

function scenarioProblems(files: Files): Problem[] {
  let text: ScenarioText;
  try {
    text = readScenarioText(files.scenario);
  } catch (error) {
    const message = (error as Error).message;
    const [, line = '1', column = '1'] = /line (\d+), column (\d+)/.exec(message) ?? [];
    return [{ file: '', line: Number(line), column: Number(column), text: message, severity: 'error' }];
  }
  const at =
    (severity: Problem['severity']) =>
    (issue: ScenarioIssue): Problem => ({ file: '', ...(text.locate(issue.path) ?? START), text: issueText(issue), severity });
  try {
    return readFiles(files).warnings.map(at('warning'));
  } catch (error) {
    if (error instanceof ScenarioError) return error.issues.map(at('error'));
    return [{ file: '', ...START, text: (error as Error).message, severity: 'error' }];
  }
}

const START = { line: 1, column: 1 };

function policyProblems(file: string, text: string): Problem[] {
  try {
    parsePolicy(text);
    return [];
  } catch (error) {
    const issues = error instanceof PolicyDocumentError ? error.issues : [{ path: '', message: (error as Error).message }];
    return issues.map(({ message, path }): Problem => {
      const said = path === '' ? message : `${path}: ${message}`;
      return { file, ...placeIn(text, path), text: said, severity: 'error' };
    });
  }
}

function placeIn(text: string, path: string): { line: number; column: number } {
  try {
    return (
      readScenarioText(text, 'json').locate(path.split('.').map((part) => (/^\d+$/.test(part) ? Number(part) : part))) ?? START
    );
  } catch {
    return START;
  }
}
