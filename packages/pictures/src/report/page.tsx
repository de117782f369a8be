import type { JSX } from 'preact';
import { PictureOrigin } from '../drawing/figure.js';
import type { RunFigures } from '../figures.js';
import { amount, whole } from '../text/format.js';
import { documentOf } from './document.js';
import { SECTIONS } from './sections.js';

/** What a report shows. */
export interface ReportOptions {
  /** Title of the page; the run's name unless given. */
  readonly title?: string;
  /** Names of {@link SECTION_NAMES}; all unless given. */
  readonly sections?: readonly string[];
  /** The command that makes the run again. */
  readonly command?: string;
  /** SHA-256 of the figures as `simcash report --json` prints them. */
  readonly checksum?: string;
}

/** Sections that a report can have. */
export const SECTION_NAMES: readonly string[] = Object.keys(SECTIONS);

/** The report of a run: one page without scripts; the same figures and options give the same bytes (spec 16 §5). */
export function reportHtml(figures: RunFigures, options: ReportOptions = {}): string {
  const title = options.title ?? figures.head.name ?? figures.head.simulation_id;
  const { level, simulation_id: run } = figures.head;
  return documentOf(
    title,
    // At level SUMMARY the file has nothing to ask for most pictures.
    <PictureOrigin.Provider value={level === 'SUMMARY' ? null : { run, files: null }}>
      <Page figures={figures} options={options} title={title} />
    </PictureOrigin.Provider>,
  );
}

function Page({ figures, options, title }: { figures: RunFigures; options: ReportOptions; title: string }): JSX.Element {
  const names = SECTION_NAMES.filter((name) => options.sections === undefined || options.sections.includes(name));
  return (
    <>
      <Head figures={figures} title={title} />
      <nav aria-label="Contents">
        <ol>
          {names.map((name) => (
            <li key={name}>
              <a href={`#${name}`}>{SECTIONS[name]!.title}</a>
            </li>
          ))}
        </ol>
      </nav>
      {names.map((name) => {
        const { section: Section, title: heading } = SECTIONS[name]!;
        return (
          <section key={name} id={name} aria-labelledby={`${name}-title`}>
            <h2 id={`${name}-title`}>{heading}</h2>
            <Section figures={figures} />
          </section>
        );
      })}
      <Method figures={figures} options={options} />
    </>
  );
}

function Head({ figures: { head, money, sheet }, title }: { figures: RunFigures; title: string }): JSX.Element {
  const facts = [
    `run ${head.simulation_id}`,
    head.config_file,
    `seed ${head.seed}`,
    `${whole(head.banks)} banks`,
    `${head.days} day${head.days === 1 ? '' : 's'} of ${whole(head.ticks_per_day)} ticks`,
    `${whole(head.payments)} payments of ${amount(sheet.system.value_due, money)}`,
    `${whole(head.events)} events`,
  ].filter((fact) => fact !== null);
  return (
    <header>
      <h1>{title}</h1>
      {head.description !== null && <p>{head.description}</p>}
      {head.status !== 'completed' && (
        <p class="banner">
          This run is {head.status}
          {head.error_message === null ? '' : `: ${head.error_message}`}. What is shown goes up to tick {head.ticks - 1} of{' '}
          {head.planned_ticks}.
        </p>
      )}
      <p class="facts">{facts.join(' · ')}</p>
      <p class="facts">
        Policies: {head.policies.map(([name, banks]) => `${name} (${banks})`).join(', ')} · level {head.level} · engine{' '}
        {head.engine_version}
      </p>
      <p class="facts">
        Configuration {head.config_hash}
        {head.event_log_hash !== null && (
          <>
            <br />
            Event log {head.event_log_hash}
          </>
        )}
      </p>
    </header>
  );
}

function Method({ figures: { head }, options }: { figures: RunFigures; options: ReportOptions }): JSX.Element {
  return (
    <section id="method" aria-labelledby="method-title">
      <h2 id="method-title">Data and method</h2>
      <p>
        All figures come from the stored run: its indicator sheet, its events and its payments. Amounts are exact; pictures are
        drawn to scale. Under each picture stands the SQL that asks the run’s file for its numbers, in cents and ticks. All of
        them as JSON: <code>simcash report {head.simulation_id} --json</code>. Every event again:{' '}
        <code>simcash replay {head.simulation_id} --verbose</code>. Whether the stored log is what executing it gives:{' '}
        <code>simcash replay {head.simulation_id} --verify</code>.
      </p>
      {options.command !== undefined && <pre>{options.command}</pre>}
      {options.checksum !== undefined && <p class="facts">Figures, SHA-256 {options.checksum}</p>}
      <p class="facts">Made by SimCash, MIT licence.</p>
    </section>
  );
}
