import { SimcashError } from '@simcash/protocol';
import { decoded } from './layout.js';

/** There is nothing at an address. */
export class NotFoundError extends SimcashError {
  override name = 'NotFoundError';
  override readonly code = 'not_found';

  constructor(message = 'There is nothing at this address.') {
    super(message);
  }
}

/** Parts of a path; what is no text is nowhere. @throws NotFoundError */
export function partsOf(path: string): string[] {
  try {
    return path
      .split('/')
      .filter((part) => part !== '')
      .map(decoded);
  } catch {
    throw new NotFoundError();
  }
}
