import { checkRunMeasure, QueryError, SimCashDatabase } from '@simcash/persistence';
import { SweepError } from '../definition/schema.js';
import type { SweepPlan } from '../cells/plan.js';

/** Checks the queries of a sweep against an empty database, before anything runs. @throws SweepError */
export async function checkMeasures({ measures, sweep }: Pick<SweepPlan, 'measures' | 'sweep'>): Promise<void> {
  if (measures.every(({ sql }) => sql === null)) return;
  const database = await SimCashDatabase.open(':memory:');
  try {
    for (const [i, one] of sweep.measures.entries())
      if (typeof one === 'object')
        await checkRunMeasure(database, one.sql).catch((error: unknown) => {
          if (error instanceof QueryError) throw new SweepError([{ path: `measures.${i}`, message: error.message }]);
          throw error;
        });
  } finally {
    database.close();
  }
}
