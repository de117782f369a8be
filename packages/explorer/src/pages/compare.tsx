import type { SimCashDatabase } from '@simcash/persistence';
import { alarms, COMPARISON_SECTIONS } from '@simcash/pictures';
import { comparisonFigures } from '@simcash/runs/report';
import { linkTo, page } from './layout.js';
import { NotFoundError } from './not-found.js';

/** `/compare?r=A&r=B`: what differs between runs, and what came of it; the first is the baseline (spec 16 §8). */
export async function comparePage(database: SimCashDatabase, ids: readonly string[]): Promise<string> {
  if (ids.length < 2 || ids.length > 5)
    throw new NotFoundError('Two to five runs can be compared: tick them in the list of runs.');
  const figures = await comparisonFigures(database, ids);
  return page(
    'Comparison',
    <main id="content">
      <h1>Comparison</h1>
      <p>
        <a href="/">All runs</a>
        {ids.map((id) => (
          <>
            {' · '}
            <a href={linkTo(id)}>
              <bdi>{id}</bdi>
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
