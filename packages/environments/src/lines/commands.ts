import { z } from 'zod';
import { seedSchema } from '../definition/schema.js';
import { EnvironmentError } from '../errors.js';

/** Lines that an environment is asked with (spec 18 §6). */
const COMMANDS = {
  spec: z.strictObject({ do: z.literal('spec') }),
  reset: z.strictObject({ do: z.literal('reset'), seed: seedSchema.optional(), max_steps: z.int().min(1).optional() }),
  step: z.strictObject({ do: z.literal('step'), actions: z.unknown() }),
  fork: z.strictObject({ do: z.literal('fork') }),
  use: z.strictObject({ do: z.literal('use'), environment: z.int().min(0) }),
  drop: z.strictObject({ do: z.literal('drop'), environment: z.int().min(0) }),
  events: z.strictObject({ do: z.literal('events') }),
  close: z.strictObject({ do: z.literal('close') }),
} as const;

/** What is in `actions` is looked at by the environment. */
export type LineCommand = { [Name in keyof typeof COMMANDS]: z.output<(typeof COMMANDS)[Name]> }[keyof typeof COMMANDS];

/** @throws EnvironmentError `bad_json`, `unknown_command`, `invalid_action` */
export function readCommand(line: string): LineCommand {
  const value = parse(line);
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    throw new EnvironmentError('bad_json', 'expected a JSON object with the key "do"');
  const name = (value as { do?: unknown }).do;
  if (typeof name !== 'string' || !Object.hasOwn(COMMANDS, name)) {
    const known = Object.keys(COMMANDS).join(', ');
    throw new EnvironmentError('unknown_command', `"do" must be one of ${known}`, 'do');
  }
  const schema: z.ZodType<LineCommand> = COMMANDS[name as keyof typeof COMMANDS];
  const result = schema.safeParse(value);
  if (result.success) return result.data;
  const [{ code, message, path, ...issue }] = result.error.issues as [z.core.$ZodIssue];
  const unknown = code === 'unrecognized_keys' ? (issue as { keys?: string[] }).keys![0]! : null;
  const place = [...path.map(String), ...(unknown === null ? [] : [unknown])].join('.');
  const isAction = name === 'step' && place.startsWith('actions');
  throw new EnvironmentError(
    isAction ? 'invalid_action' : 'bad_json',
    unknown === null ? message : 'is no key of this command',
    place,
  );
}

function parse(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch (error) {
    throw new EnvironmentError('bad_json', `not JSON: ${(error as Error).message}`, '', { cause: error });
  }
}
