import { SimcashError } from '@simcash/protocol';

/** A package is not installed that only experiments with a language model need: most have none. */
export class MissingPackageError extends SimcashError {
  override readonly name = 'MissingPackageError';
  override readonly code = 'package_missing';
}

/** Loads a package that is an optional peer of this one. @throws MissingPackageError that says how to install it */
export async function installed<T>(name: string, load: () => Promise<T>): Promise<T> {
  try {
    return await load();
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ERR_MODULE_NOT_FOUND') throw error;
    throw new MissingPackageError(`language models need the package ${name}: npm install ${name}`);
  }
}
