import { execFileSync } from 'node:child_process';
import { chmodSync, existsSync, mkdirSync, readdirSync, symlinkSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { checkSchema, DatabaseError, SimCashDatabase } from '../src/index.js';
import { close, openDatabase, reopen, temporaryDirectory, temporaryFile } from './support/storing.js';

describe('a database that is open', () => {
  const names: Record<string, (file: string) => string> = {
    itself: (file) => file,
    'a roundabout path': (file) =>
      path.join(path.dirname(file), '..', path.basename(path.dirname(file)), '.', path.basename(file)),
    'a relative path': (file) => path.relative(process.cwd(), file),
    'a symbolic link': (file) => {
      symlinkSync(file, `${file}.link`);
      return `${file}.link`;
    },
    'a linked directory': (file) => {
      const link = `${path.dirname(file)}/link`;
      symlinkSync(path.dirname(file), link);
      return path.join(link, path.basename(file));
    },
  };

  it.each(Object.keys(names))('is refused a second time in the same process, reached by %s', async (name) => {
    const database = await openDatabase();
    const other = names[name]!(database.path);
    for (const readOnly of [false, true]) {
      await expect(SimCashDatabase.open(other, { readOnly })).rejects.toThrow(
        new DatabaseError(`database ${other} is open in this process already`),
      );
    }
    expect(await checkSchema(database)).toEqual([]);
    close(database);
    close(await openDatabase(other));
  });

  it('is refused while it is being opened, also if it is new', async () => {
    const file = temporaryFile();
    const both = await Promise.allSettled([openDatabase(file), openDatabase(`${path.dirname(file)}/./${path.basename(file)}`)]);
    expect(both.map(({ status }) => status)).toEqual(['fulfilled', 'rejected']);
  });

  it('may be opened again when opening it failed', async () => {
    const database = await openDatabase();
    await database.execute("INSERT INTO schema_migrations VALUES (999, 'from the future', 'x', now()::TIMESTAMP)");
    await expect(reopen(database)).rejects.toThrow(/has schema version 999/);
    await expect(openDatabase(database.path)).rejects.toThrow(/has schema version 999/);
  });
});

describe('a file that cannot be opened', () => {
  const inDirectory = (name: string): string => path.join(temporaryDirectory(), name);

  it('does not exist: it is not created by reading', async () => {
    const file = inDirectory('a.duckdb');
    await expect(openDatabase(file, { readOnly: true })).rejects.toThrow(new DatabaseError(`database ${file} does not exist`));
    expect(existsSync(file)).toBe(false);
  });

  it('is a pipe', async () => {
    const file = temporaryFile();
    execFileSync('mkfifo', [file]);
    for (const readOnly of [true, false])
      await expect(SimCashDatabase.open(file, { readOnly })).rejects.toThrow(
        new DatabaseError(`database ${file} cannot be opened: it is no regular file`),
      );
  });

  it('would lie in a directory that does not exist', async () => {
    const file = inDirectory('no/such/a.duckdb');
    const directory = path.dirname(file);
    await expect(openDatabase(file)).rejects.toThrow(
      new DatabaseError(`database ${file} cannot be opened: there is no directory ${directory}`),
    );
    expect(existsSync(directory)).toBe(false);
  });

  it('would lie in a file', async () => {
    const file = inDirectory('file');
    writeFileSync(file, 'x');
    const database = path.join(file, 'a.duckdb');
    await expect(openDatabase(database)).rejects.toThrow(
      new DatabaseError(`database ${database} cannot be opened: there is no directory ${file}`),
    );
  });

  it('is a directory', async () => {
    const directory = temporaryDirectory();
    for (const readOnly of [false, true]) {
      await expect(openDatabase(directory, { readOnly })).rejects.toThrow(
        new DatabaseError(`database ${directory} cannot be opened: Is a directory`),
      );
    }
  });

  const root = process.getuid?.() === 0;
  it.skipIf(root)(`must not be written${root ? ' (skipped: everything may be written by root)' : ''}`, async () => {
    const directory = inDirectory('closed');
    mkdirSync(directory, { mode: 0o500 });
    const file = path.join(directory, 'a.duckdb');
    await expect(openDatabase(file)).rejects.toThrow(new DatabaseError(`database ${file} cannot be opened: Permission denied`));
    expect(readdirSync(directory)).toEqual([]);
    const database = await openDatabase();
    close(database);
    chmodSync(database.path, 0o400);
    await expect(openDatabase(database.path)).rejects.toThrow(
      new DatabaseError(`database ${database.path} cannot be opened: Permission denied`),
    );
    close(await openDatabase(database.path, { readOnly: true }));
  });
});
