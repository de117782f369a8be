import { totalmem } from 'node:os';

const GIB = 2 ** 30;

/**
 * What is set for every file that is opened, as it may be a stranger's: nothing in it can read, write or load anything but what
 * `allowed` names, nor take more than its share of memory and disk.
 *
 * @param allowed settings that allow files or directories; they must come before the door is closed
 */
export function closedSettings(allowed: readonly string[] = []): string {
  return [
    ...allowed,
    `SET memory_limit = '${Math.floor(Math.min(4 * GIB, 0.8 * totalmem()))}B'`,
    "SET max_temp_directory_size = '16GiB'",
    'SET autoload_known_extensions = false',
    'SET autoinstall_known_extensions = false',
    'SET enable_external_access = false',
    'SET lock_configuration = true',
  ].join(';\n');
}
