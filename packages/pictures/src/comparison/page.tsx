import { documentOf } from '../report/document.js';
import type { ComparisonFigures } from './figures.js';
import { alarms, COMPARISON_SECTIONS } from './sections.js';

/** What stands on the page of a comparison besides its figures. */
export interface ComparisonOptions {
  /** Title of the page; the runs unless given. */
  readonly title?: string;
  /** SHA-256 of the figures as `simcash report --json` prints them. */
  readonly checksum?: string;
}

/** Two to five runs beside each other: one page without scripts; the same figures give the same bytes (spec 16 §8). */
export function comparisonHtml(figures: ComparisonFigures, { checksum, title }: ComparisonOptions = {}): string {
  const ids = figures.runs.map(({ run }) => run);
  const name = title ?? `Comparison of ${ids.join(', ')}`;
  return documentOf(
    name,
    <>
      <header>
        <h1>{name}</h1>
        {alarms(figures).map((text) => (
          <p key={text} class="banner">
            {text}
          </p>
        ))}
      </header>
      {COMPARISON_SECTIONS.map(({ section: Section, title: heading }) => (
        <section key={heading}>
          <h2>{heading}</h2>
          <Section figures={figures} />
        </section>
      ))}
      <section>
        <h2>Data and method</h2>
        <p>
          All figures come from the stored runs. Nothing is filled in: what a run does not have is left out. The same numbers as
          JSON: <code>simcash report {ids.join(' ')} --json</code>.
        </p>
        {checksum !== undefined && <p class="facts">Figures, SHA-256 {checksum}</p>}
        <p class="facts">Made by SimCash, MIT licence.</p>
      </section>
    </>,
  );
}
