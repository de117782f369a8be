import { eventLines, type SimCashDatabase } from '@simcash/persistence';
import { moment, whole, type RunFigures } from '@simcash/pictures';
import { EVENT_TYPES } from '@simcash/protocol';
import { linkTo, page, PaymentLink, RunPage } from './layout.js';
import { TimeBar } from './time-bar.js';

const MOST = 300;

export interface EventsQuery {
  readonly tick: number;
  readonly type: string;
  readonly bank: string;
  readonly tx: string;
}

/** `/r/RUN/events`: the log of a tick, each event as the line that is stored. */
export async function eventsPage(
  database: SimCashDatabase,
  run: string,
  figures: RunFigures,
  query: EventsQuery,
): Promise<string> {
  const { bank, tick, tx } = query;
  const type = (EVENT_TYPES as readonly string[]).includes(query.type) ? query.type : '';
  const lines: string[] = [];
  let total = 0;
  for await (const text of eventLines(database, run, {
    fromTick: tick,
    toTick: tick,
    ...(tx === '' ? {} : { transactions: [tx] }),
    ...(bank === '' ? {} : { agents: [bank], involving: EVENT_TYPES }),
  }))
    for (const line of text.split('\n')) {
      if (line === '') continue;
      const event = JSON.parse(line) as Record<string, unknown>;
      if (type !== '' && event.event_type !== type) continue;
      if (++total <= MOST) lines.push(line);
    }
  const { time } = figures;
  return page(
    `Events · ${run}`,
    <RunPage
      run={run}
      current="events"
      title="Events"
      tick={tick}
      bar={<TimeBar run={run} path="events" tick={tick} figures={figures} query={{ type, bank, tx }} />}
    >
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
  );
}
