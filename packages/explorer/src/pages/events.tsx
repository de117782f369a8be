import { moment, whole, type RunFigures } from '@simcash/pictures';
import { EVENT_TYPES } from '@simcash/protocol';
import type { RunSource } from '@simcash/runs/source';
import { linkTo, page, PaymentLink, RunPage, type Page } from './layout.js';
import { nextTick, TimeBar, type Cursor } from './time-bar.js';

const MOST = 300;

/** What the address asks for. */
export interface AskedEvents {
  readonly cursor: Cursor;
  readonly type: string;
  readonly bank: string;
  readonly tx: string;
}

/** `/r/RUN/events`: the log of a tick, each event as the line that is stored. */
export async function eventsPage(source: RunSource, figures: RunFigures, query: AskedEvents): Promise<Page> {
  const { bank, cursor, tx } = query;
  const { tick } = cursor;
  const { id: run } = source;
  const type = (EVENT_TYPES as readonly string[]).includes(query.type) ? query.type : '';
  const { lines, total } = await source.events({ tick, type, bank, tx, limit: MOST });
  const { time } = figures;
  const bar = { run, path: 'events', cursor, figures, query: { type, bank, tx } };
  return page(
    `Events · ${run}`,
    <RunPage run={run} current="events" title="Events" tick={tick} bar={<TimeBar {...bar} />}>
      <form method="get" action={linkTo(run, 'events')}>
        <input type="hidden" name="t" value={tick} />
        <label>
          Kind
          <select name="type">
            <option value="">all</option>
            {EVENT_TYPES.map((name) => (
              <option key={name} value={name} selected={name === type}>
                {name}
              </option>
            ))}
          </select>
        </label>
        <label>
          Bank
          <input name="bank" value={bank} />
        </label>
        <label>
          Payment
          <input name="tx" value={tx} />
        </label>
        <button type="submit">Show</button>
      </form>
      <h2>
        {whole(total)} events in {moment(tick, time)}
      </h2>
      {figures.head.level === 'SUMMARY' && (
        <p>This run was stored without its events: simcash run --save --level EVENTS stores them.</p>
      )}
      <ol class="steps">
        {lines.map((line, i) => {
          const { tx_id } = JSON.parse(line) as { tx_id?: string };
          return (
            <li key={i}>
              <code>{line}</code> {typeof tx_id === 'string' && <PaymentLink run={run} tx={tx_id} tick={tick} />}
            </li>
          );
        })}
      </ol>
      {total > MOST && <p class="caption">The first {MOST}; simcash events shows all.</p>}
    </RunPage>,
    nextTick(bar),
  );
}
