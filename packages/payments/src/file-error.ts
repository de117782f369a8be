import { SimcashError } from '@simcash/protocol';

/** A file that cannot be read at all. */
export class FileError extends SimcashError {
  override name = 'FileError';
  override readonly code = 'unreadable_file';
}
