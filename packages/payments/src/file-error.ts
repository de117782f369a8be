/** A file that cannot be read at all. */
export class FileError extends Error {
  override name = 'FileError';
}
