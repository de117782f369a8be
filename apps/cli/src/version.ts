import { readFileSync } from 'node:fs';

/** Version of the command and of the engine it runs. */
export const VERSION = (JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8')) as { version: string })
  .version;
