import { usageError } from '../exit-codes.js';

/** The k-th of n parts of a sweep, from 1. */
export interface Shard {
  readonly k: number;
  readonly n: number;
}

/** Reads `--shard k/n`, or what a job array's environment says (spec 15 §13.3). @throws CommandError */
export function shardOf(text: string | undefined, environment: NodeJS.ProcessEnv = process.env): Shard | null {
  if (text === undefined) return null;
  if (text === 'auto') return ofEnvironment(environment);
  const [, k, n] = /^(\d+)\/(\d+)$/.exec(text) ?? [];
  if (k === undefined || Number(k) < 1 || Number(k) > Number(n))
    throw usageError(`--shard needs k/n with k from 1 to n, or auto, got '${text}'`);
  return { k: Number(k), n: Number(n) };
}

function ofEnvironment(environment: NodeJS.ProcessEnv): Shard {
  const number = (name: string): number | null => (/^\d+$/.test(environment[name] ?? '') ? Number(environment[name]) : null);
  const slurm = ['SLURM_ARRAY_TASK_ID', 'SLURM_ARRAY_TASK_MIN', 'SLURM_ARRAY_TASK_STEP', 'SLURM_ARRAY_TASK_COUNT'].map(number);
  if (slurm[0] !== null) return checked(slurm, ([id, min, step, count]) => ({ k: (id! - min!) / step! + 1, n: count! }));
  const batch = ['AWS_BATCH_JOB_ARRAY_INDEX', 'AWS_BATCH_JOB_ARRAY_SIZE'].map(number);
  if (batch[0] !== null) return checked(batch, ([index, size]) => ({ k: index! + 1, n: size! }));
  const kubernetes = ['JOB_COMPLETION_INDEX', 'SIMCASH_SHARDS'].map(number);
  if (kubernetes[0] !== null) return checked(kubernetes, ([index, size]) => ({ k: index! + 1, n: size! }));
  throw incomplete();
}

function checked(values: readonly (number | null)[], shard: (values: readonly (number | null)[]) => Shard): Shard {
  if (values.includes(null)) throw incomplete();
  const { k, n } = shard(values);
  if (!Number.isInteger(k) || k < 1 || k > n) throw incomplete();
  return { k, n };
}

const incomplete = () =>
  usageError(
    '--shard auto: the environment does not say which part this is',
    'looked for SLURM_ARRAY_TASK_ID, _MIN, _STEP, _COUNT; AWS_BATCH_JOB_ARRAY_INDEX, _SIZE; JOB_COMPLETION_INDEX with SIMCASH_SHARDS',
  );
