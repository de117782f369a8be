import { createHash } from 'node:crypto';
import { literal, UTC_NOW } from '../sql-text.js';
import { VERSION_3 } from './migrations/version-3.js';
import { VERSION_4 } from './migrations/version-4.js';
import { VERSION_5 } from './migrations/version-5.js';
import { VERSION_6 } from './migrations/version-6.js';
import { VERSION_7 } from './migrations/version-7.js';
import { VERSION_8 } from './migrations/version-8.js';
import { VERSION_9 } from './migrations/version-9.js';
import { VERSION_10 } from './migrations/version-10.js';
import { VERSION_11 } from './migrations/version-11.js';
import { VERSION_12 } from './migrations/version-12.js';
import { VERSION_13 } from './migrations/version-13.js';

/** A numbered change of the schema; applied ones are recorded with a checksum (spec 09 §11). */
export interface Migration {
  /** The version of the format. */
  readonly version: number;
  /** What it is, in words. */
  readonly description: string;
  /** What may stand in the record; the first one is written. */
  readonly checksums: readonly string[];
  /** Bring a file of the version before to this one. */
  readonly statements: readonly string[];
}

/** The schema with which every file begins; those made by this program begin with the latest one. */
const UNIFIED_SCHEMA: Migration = {
  version: 1,
  description: 'unified schema',
  checksums: [
    '77e6cc4a8aeb6f494188772aa61b7a015a138f5c674c4cb144c2f32c6a8d0489',
    'a2a05204beb13b8fd1baf5dcadfb21a1b5cda0c515975dc5c12da9b9e6421fab',
  ],
  statements: [],
};

/** Databases begun before simulations knew their experiment get the link. */
const EXPERIMENT_CONTEXT: Migration = {
  version: 2,
  description: 'experiment context of simulations',
  checksums: ['028be1674e8619ac14291370dc18cbf9c37bd233b5c7a45986405b6f88269d82'],
  statements: [
    'ALTER TABLE simulations ADD COLUMN IF NOT EXISTS experiment_run_id VARCHAR',
    'ALTER TABLE simulations ADD COLUMN IF NOT EXISTS experiment_iteration INTEGER',
  ],
};

const migration = (version: number, description: string, statements: readonly string[]): Migration => ({
  version,
  description,
  checksums: [createHash('sha256').update(`${version} ${description}`).digest('hex')],
  statements,
});

/** All migrations in ascending order. */
export const MIGRATIONS: readonly Migration[] = [
  UNIFIED_SCHEMA,
  EXPERIMENT_CONTEXT,
  migration(3, 'calls, arrival numbers, dropped payments, one meaning for every count', VERSION_3),
  migration(4, 'sums over the rows of simulations and experiments', VERSION_4),
  migration(5, 'settlement designs', VERSION_5),
  migration(6, 'indicators', VERSION_6),
  migration(7, 'payment lists and clocks', VERSION_7),
  migration(8, 'sweeps', VERSION_8),
  migration(9, 'indicators that know closed ticks', VERSION_9),
  migration(10, 'guidelines for throughput', VERSION_10),
  migration(11, 'experiments over many days', VERSION_11),
  migration(12, 'runs of sweeps, stress tests', VERSION_12),
  migration(13, 'days of banks as series', VERSION_13),
];

/** The version of the schema that this program writes. */
export const SCHEMA_VERSION = MIGRATIONS.at(-1)!.version;

/** Statement that records a migration as applied. */
export function recordMigration({ checksums, description, version }: Migration): string {
  const values = [version, literal(description), literal(checksums[0]!), UTC_NOW];
  return `INSERT INTO schema_migrations VALUES (${values.join(', ')})`;
}
