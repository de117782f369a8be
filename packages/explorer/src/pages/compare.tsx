import { alarms, COMPARISON_SECTIONS, type ComparisonFigures } from '@simcash/pictures';
import { linkTo, page, type Page } from './layout.js';

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
