import type { RunFigures } from '@simcash/pictures';
import type { RunSource } from '@simcash/runs/source';
import { bankPage, banksPage } from './banks.js';
import { eventsPage } from './events.js';
import type { Page } from './layout.js';
import { NotFoundError } from './not-found.js';
import { overviewPage, sectionPage } from './overview.js';
import { paymentPage } from './payment.js';
import { paymentsPage } from './payments.js';
import { queuesPage } from './queues.js';
import { policiesPage, scenarioPage } from './scenario.js';
import { PACES, type Cursor } from './time-bar.js';

/** Pages that are sections of the report, by their paths. */
const SECTION_PAGES: Readonly<Record<string, string>> = {
  network: 'network',
  lsm: 'saving',
  delay: 'timeliness',
  costs: 'costs',
};

/**
 * The page of a run at a path within it, such as `banks/NORTH` (spec 16 §6.1): the same wherever the run comes from.
 *
 * @throws NotFoundError
 */
export async function runPage(source: RunSource, parts: readonly string[], query: URLSearchParams): Promise<Page> {
  const [path = '', element, ...rest] = parts;
  if (rest.length > 0) throw new NotFoundError();
  if (path === 'scenario' && element === undefined) return scenarioPage(source);
  const figures = await source.figures();
  const text = (name: string): string => query.get(name) ?? '';
  const given = cursorIn(query, figures);
  // Where nothing is said of time, what is looked at is the tick in which most waited.
  const cursor = given ?? { tick: figures.worstQueue?.tick ?? 0, pace: 0 };
  if (element !== undefined) {
    if (path === 'banks') return bankPage(source, figures, element, cursor);
    if (path === 'payments') return paymentPage(source, figures, element, given);
    throw new NotFoundError();
  }
  switch (path) {
    case '':
      return overviewPage(source.id, figures);
    case 'banks':
      return banksPage(source.id, figures);
    case 'queues':
      return queuesPage(source, figures, cursor);
    case 'payments': {
      const asked = { bank: text('bank'), status: text('status'), sort: text('sort'), from: wholeIn(query, 'from') ?? 0 };
      return paymentsPage(source, figures, asked);
    }
    case 'events':
      return eventsPage(source, figures, { cursor, type: text('type'), bank: text('bank'), tx: text('tx') });
    case 'policies':
      return policiesPage(source, figures);
    default:
      if (!Object.hasOwn(SECTION_PAGES, path)) throw new NotFoundError();
      return sectionPage(source.id, path, SECTION_PAGES[path]!, figures);
  }
}

const wholeIn = (query: URLSearchParams, name: string): number | null => {
  const text = query.get(name) ?? '';
  return /^\d{1,9}$/.test(text) ? Number(text) : null;
};

/** What is asked to be looked at: a tick within those that there are, and how fast it moves on; null if nothing is. */
function cursorIn(query: URLSearchParams, { head }: RunFigures): Cursor | null {
  const tick = wholeIn(query, 't');
  if (tick === null) return null;
  return {
    tick: Math.min(tick, Math.max(head.ticks - 1, 0)),
    pace: PACES.find((pace) => pace === wholeIn(query, 'play')) ?? 0,
  };
}
