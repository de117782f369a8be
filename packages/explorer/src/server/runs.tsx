import { ExperimentRepository, type SimCashDatabase } from '@simcash/persistence';
import { Table, whole } from '@simcash/pictures';
import { experimentLink } from '../pages/experiment.js';
import { linkTo, page, type Page } from '../pages/layout.js';
import { PLAYGROUND } from './playground.js';

const MOST = 500;

/** What the list says of a run: no configuration, which may be large. */
interface RunRow {
  simulation_id: string;
  name: string | null;
  status: string;
  level: string;
  seed: string;
  ticks: number;
  events: number | null;
  begun: string;
}

const TEXT = "lower(concat_ws(' ', simulation_id, config_name, config_file, status))";

/** `/`: what is stored, newest first; two to five runs can be ticked and compared. */
export async function runsPage(database: SimCashDatabase, filter: string, hasPlayground: boolean): Promise<Page> {
  const wanted = filter.toLowerCase();
  const [count] = await database.query<{ all: number; matching: number }>(
    `SELECT count(*) AS "all", count(*) FILTER (contains(${TEXT}, $1)) AS matching FROM v_simulations`,
    [wanted],
  );
  const shown = await database.query<RunRow>(
    `SELECT simulation_id, coalesce(config_name, config_file) AS name, status, persistence_level AS level, CAST(rng_seed AS VARCHAR) AS seed,
       coalesce(last_tick, -1) + 1 AS ticks, event_count AS events, strftime(started_at, '%Y-%m-%d %H:%M:%S') AS begun
     FROM v_simulations WHERE contains(${TEXT}, $1) ORDER BY started_at DESC, simulation_id LIMIT ${MOST}`,
    [wanted],
  );
  const experiments = await new ExperimentRepository(database).list({ limit: MOST });
  return page(
    'Runs',
    <main id="content">
      <h1>Runs</h1>
      <p class="facts">
        <bdi>{database.path}</bdi>: {whole(count!.all)} runs
      </p>
      {hasPlayground && (
        <p>
          <a href={PLAYGROUND}>Playground</a>: change a scenario, run it in the browser, compare.
        </p>
      )}
      <form method="get" action="/">
        <label>
          Name, file or status
          <input type="search" name="q" value={filter} />
        </label>
        <button type="submit">Show</button>
      </form>
      {shown.length === 0 ? (
        <p>
          {count!.all === 0 ? 'Nothing is stored yet: simcash run scenario.yaml --save stores a run.' : 'No run is called that.'}
        </p>
      ) : (
        <form class="list" method="get" action="/compare">
          <Table
            head={['Run', 'Name', 'Compare', 'Status', 'Level', 'Seed', 'Ticks', 'Events', 'Begun (UTC)']}
            texts={[0, 1, 2, 3, 4]}
            rows={shown.map((run) => [
              <a href={linkTo(run.simulation_id)}>
                <bdi>{run.simulation_id}</bdi>
              </a>,
              run.name ?? '–',
              <input type="checkbox" name="r" value={run.simulation_id} aria-label={`compare ${run.simulation_id}`} />,
              run.status,
              run.level,
              run.seed,
              whole(run.ticks),
              run.events === null ? '–' : whole(run.events),
              run.begun,
            ])}
          />
          <button type="submit">Compare what is ticked</button>
        </form>
      )}
      {shown.length < count!.matching && (
        <p class="caption">
          The first {MOST} of {whole(count!.matching)}.
        </p>
      )}
      {experiments.length > 0 && (
        <>
          <h2>Experiments</h2>
          <Table
            head={['Run', 'Experiment', 'Status', 'Iterations', 'How it ended']}
            texts={[0, 1, 2, 4]}
            rows={experiments.map(({ convergence_reason, experiment_name, num_iterations, run_id, status }) => [
              <a href={experimentLink(run_id)}>
                <bdi>{run_id}</bdi>
              </a>,
              experiment_name,
              status,
              whole(num_iterations),
              convergence_reason ?? '–',
            ])}
          />
        </>
      )}
    </main>,
  );
}
