import { createHash } from 'node:crypto';
import { z } from 'zod';
import type { JobResult } from '../execution/job.js';
import type { Measure } from '../measures.js';

const sha256 = z.string().regex(/^[0-9a-f]{64}$/);
const whole = z.int().min(0);

/** What travels to a worker: replications of one cell, and of which sweep. Whoever reads it trusts nobody who can write to the queue. */
export const portionSchema = z.strictObject({
  sweep_id: z.string(),
  engine_version: z.string(),
  /** Blobs of the two texts of the sweep. */
  definition_sha256: sha256,
  base_sha256: sha256,
  jobs: z
    .array(z.strictObject({ cell: whole, replication: whole, seed: z.string().regex(/^\d{1,20}$/), job_id: z.string() }))
    .min(1)
    .max(500),
});
export type QueuePortion = z.output<typeof portionSchema>;

/** What comes back. */
export const resultsSchema = z.array(
  z.strictObject({
    cell: whole,
    replication: whole,
    seed: z.string(),
    values: z.array(z.number().nullable()),
    event_count: whole,
    error: z.string().nullable(),
  }),
);

/** Names a portion by what is in it and the sweep that it is of, so that adding it twice adds it once. */
export const portionId = ({ jobs, sweep_id }: QueuePortion): string =>
  `p-${createHash('sha256')
    .update([sweep_id, ...jobs.map(({ job_id }) => job_id)].join(' '))
    .digest('hex')
    .slice(0, 32)}`;

/** Whether results are those of the jobs of a portion, one for one, with a value of the right kind for every measure. */
export const answers = ({ jobs }: QueuePortion, measures: readonly Measure[], results: readonly JobResult[]): boolean =>
  results.length === jobs.length &&
  jobs.every((job, i) => {
    const { cell, error, replication, seed, values } = results[i]!;
    const isRight = (value: number | null, m: number): boolean =>
      value === null || (error === null && Number.isFinite(value) && (!measures[m]!.isMoney || Number.isSafeInteger(value)));
    return (
      job.cell === cell &&
      job.replication === replication &&
      job.seed === seed &&
      values.length === measures.length &&
      values.every(isRight)
    );
  });
