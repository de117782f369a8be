import { SimulationError } from '@simcash/engine';
import { experimentFigures } from '@simcash/experiments';
import { csvOf, ExperimentRepository, queryAny, type SimCashDatabase } from '@simcash/persistence';
import { PictureOrigin, pictureQuery } from '@simcash/pictures';
import { comparisonFigures, StoredSource } from '@simcash/runs/report';
import { comparedRuns, comparePage } from '../pages/compare.js';
import { h } from 'preact';
import { experimentPage, proposalPage } from '../pages/experiment.js';
import { linkTo, type Page } from '../pages/layout.js';
import { NotFoundError, partsOf } from '../pages/not-found.js';
import { runPage } from '../pages/run-page.js';
import { EXPLORER_STYLE } from '../pages/style.js';
import { unavailablePage } from '../pages/unavailable.js';
import { documentOf } from './document.js';
import { PLAYGROUND, playgroundFile } from './playground.js';
import { runsPage } from './runs.js';
import type { Store } from './store.js';

/** What is sent: a page unless a type is named, under a content policy of its own where it has one. */
export interface Answer {
  readonly body: string | Buffer;
  readonly type?: string;
  readonly policy?: string;
  readonly status?: number;
}

/** What is at an address. @throws NotFoundError, NotStoredError, DatabaseError */
export async function answer(store: Store, url: URL): Promise<Answer> {
  if (url.pathname.startsWith(PLAYGROUND)) return playgroundFile(store.site, url.pathname.slice(PLAYGROUND.length));
  const [first, run, ...path] = partsOf(url.pathname);
  const { searchParams: query } = url;
  if (first === 'style.css' && run === undefined) return { body: EXPLORER_STYLE, type: 'text/css' };
  if (first === 'r' && run !== undefined && path.join('/') === 'scenario.json') return configOf(store, run);
  if (first === 'r' && run !== undefined && path.length === 1 && path[0]!.endsWith('.csv'))
    return numbersOf(store, run, path[0]!);
  const pageOf = (database: SimCashDatabase): Promise<Page> => {
    if (first === undefined) return runsPage(database, query.get('q') ?? '', store.site !== null);
    if (first === 'compare' && run === undefined) return comparison(database, query);
    if (first === 'x' && run !== undefined) return experiment(database, run, path);
    if (first !== 'r' || run === undefined) throw new NotFoundError();
    return storedPage(store, database, run, path, query);
  };
  return { body: documentOf(await store.use(pageOf)) };
}

const comparison = async (database: SimCashDatabase, query: URLSearchParams): Promise<Page> =>
  comparePage(await comparisonFigures(database, comparedRuns(query)));

/** An experiment run, or a proposal in it. */
async function experiment(database: SimCashDatabase, id: string, path: readonly string[]): Promise<Page> {
  const repository = new ExperimentRepository(database);
  const [run, events] = [await repository.find(id), await repository.events(id)];
  if (path.length === 0) return experimentPage(run, experimentFigures(run, events));
  if (path.length !== 3) throw new NotFoundError();
  const [iteration, bank] = path;
  const said = events.flatMap((event) =>
    event.event_type === 'llm_interaction' && String(event.iteration) === iteration && event.event_data.agent_id === bank
      ? [event.event_data]
      : [],
  );
  return proposalPage(run, path, said);
}

/** The configuration of a run, for the playground. */
async function configOf(store: Store, run: string): Promise<Answer> {
  const { simulation } = await store.use((database) => store.run(database, run));
  return { body: simulation.config_json, type: 'application/json' };
}

/** The numbers of a picture, `P1.csv` and so on: what the SQL beside it gives (spec 16 R1611). */
const numbersOf = (store: Store, run: string, file: string): Promise<Answer> =>
  store.use(async (database) => {
    const { simulation } = await store.run(database, run);
    const query = pictureQuery(file.slice(0, -4), simulation.simulation_id);
    if (query === undefined || simulation.persistence_level === 'SUMMARY') throw new NotFoundError();
    let body = '';
    for await (const text of csvOf(await queryAny(database, query))) body += text;
    return { body, type: 'text/csv' };
  });

async function storedPage(
  store: Store,
  database: SimCashDatabase,
  run: string,
  path: readonly string[],
  query: URLSearchParams,
): Promise<Page> {
  const stored = await store.run(database, run);
  const playground = store.site === null ? null : `${PLAYGROUND}#run=${encodeURIComponent(run)}`;
  // At level SUMMARY the file has nothing to ask for most pictures.
  const origin = stored.simulation.persistence_level === 'SUMMARY' ? null : { run, files: `${linkTo(run)}/` };
  try {
    const source = new StoredSource(database, stored, () => store.figures(database, stored), playground);
    const page = await runPage(source, path, query);
    return { ...page, content: h(PictureOrigin.Provider, { value: origin }, page.content) };
  } catch (error) {
    if (error instanceof SimulationError) return unavailablePage(run, path[0] ?? '', error.message);
    throw error;
  }
}
