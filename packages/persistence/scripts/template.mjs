import { mkdirSync, rmSync } from 'node:fs';
import path from 'node:path';
import { buildFile, TEMPLATE } from '../dist/schema/new-file.js';

// An empty database with the schema of this build, to be copied for every new file.
rmSync(path.dirname(TEMPLATE), { recursive: true, force: true });
mkdirSync(path.dirname(TEMPLATE), { recursive: true });
await buildFile(TEMPLATE);
