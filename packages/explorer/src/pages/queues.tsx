import { moment, SECTIONS, type RunFigures } from '@simcash/pictures';
import type { RunSource } from '@simcash/runs/source';
import { Waiting } from './waiting.js';
import { page, RunPage, type Page } from './layout.js';
import { nextTick, TimeBar, type Cursor } from './time-bar.js';

/** `/r/RUN/queues`: what waited over the run, and payment by payment at the end of a tick. */
export async function queuesPage(source: RunSource, figures: RunFigures, cursor: Cursor): Promise<Page> {
  const { id: run } = source;
  const { tick } = cursor;
  const queues = figures.head.ticks === 0 ? null : await source.queues(tick);
  const bar = { run, path: 'queues', cursor, figures };
  const { section: Queues } = SECTIONS.queues!;
  return page(
    `Queues · ${run}`,
    <RunPage run={run} current="queues" title="Queues" tick={tick} bar={<TimeBar {...bar} />}>
      <h2>At the end of {moment(tick, figures.time)}</h2>
      <Waiting run={run} queues={queues} figures={figures} tick={tick} />
      <h2>Over the run</h2>
      <Queues figures={figures} />
    </RunPage>,
    nextTick(bar),
  );
}
