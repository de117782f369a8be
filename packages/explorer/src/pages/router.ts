import { SimulationError } from '@simcash/engine';
import type { SimCashDatabase } from '@simcash/persistence';
import type { RunFigures } from '@simcash/pictures';
import type { StoredRun } from '@simcash/runs';
import type { Store } from '../server/store.js';
import { bankPage, banksPage } from './banks.js';
import { comparePage } from './compare.js';
import { eventsPage } from './events.js';
import { NotFoundError } from './not-found.js';
import { decoded } from './layout.js';
import { overviewPage, sectionPage } from './overview.js';
import { paymentPage } from './payment.js';
import { paymentsPage } from './payments.js';
import { queuesPage } from './queues.js';
import { runsPage } from './runs.js';
import { policiesPage, scenarioPage } from './scenario.js';
import { unavailablePage } from './unavailable.js';
import { EXPLORER_STYLE } from './style.js';

export { NotFoundError } from './not-found.js';

/** Pages that are sections of the report, by their paths. */
const SECTION_PAGES: Readonly<Record<string, string>> = {
  network: 'network',
  lsm: 'saving',
  delay: 'timeliness',
  costs: 'costs',
};

/** What is at an address. @throws NotFoundError, NotStoredError, DatabaseError */
export async function answer(store: Store, url: URL): Promise<{ body: string; type?: string }> {
  const [first, run, path = '', element, ...rest] = partsOf(url);
  const { searchParams: query } = url;
  const nowhere = new NotFoundError('There is nothing at this address.');
  if (rest.length > 0) throw nowhere;
  if (first === 'style.css' && run === undefined) return { body: EXPLORER_STYLE, type: 'text/css' };
  if (first === undefined) return { body: await store.use((database) => runsPage(database, query.get('q') ?? '')) };
  if (first === 'compare' && run === undefined)
    return { body: await store.use((database) => comparePage(database, [...new Set(query.getAll('r'))])) };
  if (first !== 'r' || run === undefined) throw nowhere;
  return {
    body: await store.use(async (database) => {
      const stored = await store.run(database, run);
      if (path === 'scenario' && element === undefined) return scenarioPage(stored);
      let figures: RunFigures;
      try {
        figures = await store.figures(database, stored);
      } catch (error) {
        if (error instanceof SimulationError) return unavailablePage(run, path, error.message);
        throw error;
      }
      const body = await runPage({ database, stored, figures, path, element, query });
      if (body === null) throw nowhere;
      return body;
    }),
  };
}

interface Asked {
  readonly database: SimCashDatabase;
  readonly stored: StoredRun;
  readonly figures: RunFigures;
  readonly path: string;
  readonly element: string | undefined;
  readonly query: URLSearchParams;
}

async function runPage({ database, element, figures, path, query, stored }: Asked): Promise<string | null> {
  const run = stored.simulation.simulation_id;
  const text = (name: string): string => query.get(name) ?? '';
  const given = tickIn(query, figures);
  // Where nothing is said of time, what is looked at is the tick in which most waited.
  const tick = given ?? figures.worstQueue?.tick ?? 0;
  if (element !== undefined) {
    if (path === 'banks') return bankPage(stored, figures, element, tick);
    return path === 'payments' ? paymentPage(database, stored, figures, element, given) : null;
  }
  switch (path) {
    case '':
      return overviewPage(run, figures);
    case 'banks':
      return banksPage(run, figures);
    case 'queues':
      return queuesPage(stored, figures, tick);
    case 'payments': {
      const asked = { bank: text('bank'), status: text('status'), sort: text('sort'), from: wholeIn(query, 'from') ?? 0 };
      return paymentsPage(database, run, figures, asked);
    }
    case 'events':
      return eventsPage(database, run, figures, { tick, type: text('type'), bank: text('bank'), tx: text('tx') });
    case 'policies':
      return policiesPage(stored, figures);
    default:
      return Object.hasOwn(SECTION_PAGES, path) ? sectionPage(run, path, SECTION_PAGES[path]!, figures) : null;
  }
}

/** Parts of a path; what is no text is nowhere. @throws NotFoundError */
function partsOf({ pathname }: URL): string[] {
  try {
    return pathname
      .split('/')
      .filter((part) => part !== '')
      .map(decoded);
  } catch {
    throw new NotFoundError('There is nothing at this address.');
  }
}

const wholeIn = (query: URLSearchParams, name: string): number | null => {
  const text = query.get(name) ?? '';
  return /^\d{1,9}$/.test(text) ? Number(text) : null;
};

/** The tick that is asked for, within those that there are; null if none is. */
function tickIn(query: URLSearchParams, { head }: RunFigures): number | null {
  const tick = wholeIn(query, 't');
  return tick === null ? null : Math.min(tick, Math.max(head.ticks - 1, 0));
}
