import { SimulationError } from '@simcash/engine';
import type { SimCashDatabase } from '@simcash/persistence';
import { comparisonFigures, StoredSource } from '@simcash/runs/report';
import { comparePage } from '../pages/compare.js';
import type { Page } from '../pages/layout.js';
import { NotFoundError, partsOf } from '../pages/not-found.js';
import { runPage } from '../pages/run-page.js';
import { EXPLORER_STYLE } from '../pages/style.js';
import { unavailablePage } from '../pages/unavailable.js';
import { documentOf } from './document.js';
import { runsPage } from './runs.js';
import type { Store } from './store.js';

/** What is at an address. @throws NotFoundError, NotStoredError, DatabaseError */
export async function answer(store: Store, url: URL): Promise<{ body: string; type?: string }> {
  const [first, run, ...path] = partsOf(url.pathname);
  const { searchParams: query } = url;
  if (first === 'style.css' && run === undefined) return { body: EXPLORER_STYLE, type: 'text/css' };
  const pageOf = (database: SimCashDatabase): Promise<Page> => {
    if (first === undefined) return runsPage(database, query.get('q') ?? '');
    if (first === 'compare' && run === undefined) return comparison(database, [...new Set(query.getAll('r'))]);
    if (first !== 'r' || run === undefined) throw new NotFoundError();
    return storedPage(store, database, run, path, query);
  };
  return { body: documentOf(await store.use(pageOf)) };
}

async function comparison(database: SimCashDatabase, ids: readonly string[]): Promise<Page> {
  if (ids.length < 2 || ids.length > 5)
    throw new NotFoundError('Two to five runs can be compared: tick them in the list of runs.');
  return comparePage(await comparisonFigures(database, ids));
}

async function storedPage(
  store: Store,
  database: SimCashDatabase,
  run: string,
  path: readonly string[],
  query: URLSearchParams,
): Promise<Page> {
  const stored = await store.run(database, run);
  try {
    return await runPage(new StoredSource(database, stored, () => store.figures(database, stored)), path, query);
  } catch (error) {
    if (error instanceof SimulationError) return unavailablePage(run, path[0] ?? '', error.message);
    throw error;
  }
}
