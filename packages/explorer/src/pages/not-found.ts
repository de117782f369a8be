/** There is nothing at an address. */
export class NotFoundError extends Error {
  override name = 'NotFoundError';
}
