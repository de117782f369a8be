import { alarms, COMPARISON_SECTIONS, type ComparisonFigures } from '@simcash/pictures';
import { linkTo, page, type Page } from './layout.js';
import { NotFoundError } from './not-found.js';

/** The runs that an address names to be compared. @throws NotFoundError unless they are two to five */
export function comparedRuns(query: URLSearchParams): string[] {
  const ids = [...new Set(query.getAll('r'))];
  if (ids.length >= 2 && ids.length <= 5) return ids;
  throw new NotFoundError('Two to five runs can be compared: tick them in the list of runs.');
}

/** `/compare?r=A&r=B`: what differs between runs, and what came of it; the first is the baseline (spec 16 §8). */
export function comparePage(figures: ComparisonFigures): Page {
  return page(
    'Comparison',
    <main id="content">
      <h1>Comparison</h1>
      <p>
        <a href="/">All runs</a>
        {figures.runs.map(({ run }) => (
          <>
            {' · '}
            <a href={linkTo(run)}>
              <bdi>{run}</bdi>
            </a>
          </>
        ))}
      </p>
      {alarms(figures).map((text) => (
        <p key={text} class="banner">
          {text}
        </p>
      ))}
      {COMPARISON_SECTIONS.map(({ section: Section, title }) => (
        <section key={title}>
          <h2>{title}</h2>
          <Section figures={figures} />
        </section>
      ))}
    </main>,
  );
}
