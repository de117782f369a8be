import { moment, SECTIONS, type RunFigures } from '@simcash/pictures';
import type { StoredRun } from '@simcash/runs';
import { Waiting } from './banks.js';
import { page, RunPage } from './layout.js';
import { TimeBar } from './time-bar.js';

/** `/r/RUN/queues`: what waited over the run, and payment by payment at the end of a tick. */
export function queuesPage(stored: StoredRun, figures: RunFigures, tick: number): string {
  const run = stored.simulation.simulation_id;
  const { section: Queues } = SECTIONS.queues!;
  return page(
    `Queues · ${run}`,
    <RunPage
      run={run}
      current="queues"
      title="Queues"
      tick={tick}
      bar={<TimeBar run={run} path="queues" tick={tick} figures={figures} />}
    >
      <h2>At the end of {moment(tick, figures.time)}</h2>
      <Waiting stored={stored} figures={figures} tick={tick} />
      <h2>Over the run</h2>
      <Queues figures={figures} />
    </RunPage>,
  );
}
