import { SECTIONS, WaitingPicture, whole, type RunFigures } from '@simcash/pictures';
import { linkTo, page, RunPage, type Page } from './layout.js';

const sectionOf = (name: string) => SECTIONS[name]!.section;
const Summary = sectionOf('summary');
const Value = sectionOf('value');
const Liquidity = sectionOf('liquidity');
const Events = sectionOf('events');

/** `/r/RUN`: the run on a page, and the questions that come next. */
export function overviewPage(run: string, figures: RunFigures): Page {
  const { head, sheet, worstQueue } = figures;
  const { system } = sheet;
  const questions: [string, string][] = [
    ...(system.unsettled_payments_end > 0
      ? [
          [
            `Why did ${whole(system.unsettled_payments_end)} payments not settle?`,
            linkTo(run, 'payments', { status: 'open' }),
          ] as [string, string],
        ]
      : []),
    ...(worstQueue === null
      ? []
      : [[`What was stuck when most waited?`, linkTo(run, 'queues', { t: worstQueue.tick })] as [string, string]]),
    ['Which payments were latest?', linkTo(run, 'payments', { sort: 'delay' })],
    ['Who was at the limit, and when?', linkTo(run, 'banks')],
    ['Who bears which costs?', linkTo(run, 'costs')],
  ];
  return page(
    head.name ?? run,
    <RunPage run={run} current="" title={head.name ?? run}>
      {head.status !== 'completed' && (
        <p class="banner">
          This run is {head.status}
          {head.error_message === null ? '' : `: ${head.error_message}`}.
        </p>
      )}
      <p class="facts">
        {head.config_file === null ? '' : `${head.config_file} · `}seed {head.seed} · {whole(head.banks)} banks ·{' '}
        {whole(head.ticks)} ticks · {whole(head.events)} events · level {head.level} · engine {head.engine_version}
      </p>
      <Summary figures={figures} />
      <h2>What to look at next</h2>
      <ul class="questions">
        {questions.map(([text, link]) => (
          <li key={text}>
            <a href={link}>{text}</a>
          </li>
        ))}
      </ul>
      <h2>{SECTIONS.value!.title}</h2>
      <Value figures={figures} />
      <h2>Queues</h2>
      <WaitingPicture figures={figures} />
      <h2>{SECTIONS.liquidity!.title}</h2>
      <Liquidity figures={figures} />
      <h2>{SECTIONS.events!.title}</h2>
      <Events figures={figures} />
    </RunPage>,
  );
}

/** Pages that are a section of the report. */
export function sectionPage(run: string, current: string, name: string, figures: RunFigures): Page {
  const { section: Section, title } = SECTIONS[name]!;
  return page(
    `${title} · ${run}`,
    <RunPage run={run} current={current} title={title}>
      <h2>Over the whole run</h2>
      <Section figures={figures} />
    </RunPage>,
  );
}
