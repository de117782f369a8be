import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { NotFoundError } from '../pages/not-found.js';
import type { Site } from './store.js';

/** Where the playground is served. */
export const PLAYGROUND = '/play/';

const TYPES: Readonly<Record<string, string>> = { '.html': 'text/html', '.js': 'text/javascript', '.css': 'text/css' };

/** Its scripts run, and only they (spec 16 R1633). */
const POLICY =
  "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; worker-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'; require-trusted-types-for 'script'; trusted-types default";

/** Reads the files of a folder once: what is asked for later is looked up among them, never on the disk (spec 16 R1636). */
export const siteIn = (folder: string): Site =>
  new Map(readdirSync(folder).map((name) => [name, readFileSync(path.join(folder, name))]));

/** @throws NotFoundError */
export function playgroundFile(site: Site | null, name: string): { body: Buffer; type: string; policy: string } {
  const file = name === '' ? 'index.html' : name;
  const body = site?.get(file);
  if (body === undefined) throw new NotFoundError();
  return { body, type: TYPES[path.extname(file)] ?? 'application/octet-stream', policy: POLICY };
}
