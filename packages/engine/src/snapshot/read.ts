import { SnapshotError } from '../errors.js';
import { STATE_FORMAT, stateSchema, type State } from './state.js';

/**
 * Reads a snapshot and checks its form: every key, type and range. What its parts say of each other is for `checkState`.
 *
 * @throws SnapshotError naming the place
 */
export function readState(text: string): State {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch (error) {
    throw new SnapshotError(`Deserialization error: Failed to parse state JSON: ${(error as Error).message}`);
  }
  const format = (json as Partial<State> | null)?.state_format as number | undefined;
  if (format === 1)
    throw new SnapshotError(
      'State validation error: this state was saved by an earlier version and does not say enough to go on; run the scenario again from the start',
    );
  if (format !== STATE_FORMAT) throw new SnapshotError(`Deserialization error: Unknown state_format ${JSON.stringify(format)}`);
  const result = stateSchema.safeParse(json);
  if (result.success) return result.data;
  const { path, message } = result.error.issues[0]!;
  throw new SnapshotError(`Deserialization error: ${jsonPath(path)}: ${message}`);
}

/** The parts of a snapshot contradict each other at `path`. */
export function refuse(path: readonly PropertyKey[], why: string): never {
  throw new SnapshotError(`State validation error: ${jsonPath(path)}: ${why}`);
}

/** `$.agents[2].balance` */
export function jsonPath(path: readonly PropertyKey[]): string {
  return path.reduce<string>((text, key) => text + (typeof key === 'number' ? `[${key}]` : `.${String(key)}`), '$');
}
