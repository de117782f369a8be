import path from 'node:path';

/** How this program was called, so that a hint can be typed as it stands: `npx simcash`, `simcash`, or Node and the file. */
export function command(): string {
  if (process.env.npm_command === 'exec') return 'npx simcash';
  const script = process.argv[1] ?? 'simcash';
  const isOnPath = (process.env.PATH ?? '').split(path.delimiter).includes(path.dirname(script));
  if (isOnPath) return path.basename(script);
  const relative = path.relative(process.cwd(), script);
  return `node ${relative.startsWith('..') ? script : relative}`;
}
