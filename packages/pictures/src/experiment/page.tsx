import type { JSX } from 'preact';
import { Table } from '../drawing/figure.js';
import { documentOf } from '../report/document.js';
import { whole } from '../text/format.js';
import type { EstimateFigures, ExperimentFigures } from './figures.js';
import { LearningPicture, ParametersPicture, SavingsPicture, units } from './pictures.js';

/** What stands on the page of an experiment besides its figures. */
export interface ExperimentPageOptions {
  /** Title of the page; the experiment's name unless given. */
  readonly title?: string;
  /** SHA-256 of the figures as `simcash report --json` prints them. */
  readonly checksum?: string;
}

/** Parts of what is shown of an experiment run, in order (spec 16 §9). */
export const EXPERIMENT_SECTIONS: readonly {
  readonly title: string;
  readonly section: (props: { figures: ExperimentFigures }) => JSX.Element;
}[] = [
  { title: 'In short', section: InShort },
  { title: 'Costs', section: LearningPicture },
  { title: 'Proposals', section: SavingsPicture },
  { title: 'Policies', section: ParametersPicture },
];

/** An experiment run as one page without scripts; the same figures give the same bytes (spec 16 §9). */
export function experimentHtml(figures: ExperimentFigures, { checksum, title }: ExperimentPageOptions = {}): string {
  const { experiment_name, run_id } = figures;
  const name = title ?? experiment_name;
  return documentOf(
    name,
    <>
      <header>
        <h1>{name}</h1>
        <ExperimentHead figures={figures} />
      </header>
      {EXPERIMENT_SECTIONS.map(({ section: Section, title: heading }) => (
        <section key={heading}>
          <h2>{heading}</h2>
          <Section figures={figures} />
        </section>
      ))}
      <section>
        <h2>Data and method</h2>
        <p>
          All figures come from the stored run. The same numbers as JSON: <code>simcash report {run_id} --json</code>. The account
          of the run: <code>simcash experiment replay {run_id}</code>. Whether the same comes out again:{' '}
          <code>simcash experiment reproduce {run_id}</code>.
        </p>
        {checksum !== undefined && <p class="facts">Figures, SHA-256 {checksum}</p>}
        <p class="facts">Made by SimCash, MIT licence.</p>
      </section>
    </>,
  );
}

/** What is known of the run before anything is drawn. */
export function ExperimentHead({ figures }: { figures: ExperimentFigures }): JSX.Element {
  const { description, error_message, run_id, status } = figures;
  const facts = [
    `run ${run_id}`,
    figures.mode,
    `optimizer ${figures.optimizer}`,
    `master seed ${figures.master_seed}`,
    `${whole(figures.parameters.length)} iterations`,
  ];
  return (
    <>
      {description !== '' && <p>{description}</p>}
      {status !== 'completed' && (
        <p class="banner">
          This run is {status}
          {error_message === null ? '' : `: ${error_message}`}. What is shown are its complete iterations.
        </p>
      )}
      <p class="facts">{facts.join(' · ')}</p>
    </>
  );
}

function InShort({ figures }: { figures: ExperimentFigures }): JSX.Element {
  return (
    <>
      {figures.ending !== null && <p>{figures.ending}</p>}
      <Savings figures={figures} />
      <Regret figures={figures} />
    </>
  );
}

const withInterval = ({ lower, mean, upper }: EstimateFigures): string =>
  lower === null || upper === null ? units(mean) : `${units(mean)} (${units(lower)} … ${units(upper)})`;

function Savings({ figures: { banks, savings } }: { figures: ExperimentFigures }): JSX.Element | null {
  if (savings === null) return null;
  const rows = [...banks, '*'].map((bank) => {
    const { final, initial, saved } = savings[bank]!;
    return [bank === '*' ? 'all' : bank, withInterval(initial), withInterval(final), withInterval(saved)];
  });
  return (
    <>
      <p>Costs of a day with the first and the last policies, on test days that no decision has seen, with 95 % intervals.</p>
      <Table head={['Bank', 'Initial', 'Final', 'Saves']} rows={rows} />
    </>
  );
}

function Regret({ figures: { regret } }: { figures: ExperimentFigures }): JSX.Element | null {
  if (regret === null) return null;
  return (
    <>
      <p>What each bank could still save alone, against the candidates that were tried.</p>
      <Table
        head={['Bank', 'Verdict', 'Best candidate', 'Days', 'Could save', 'At most']}
        texts={[0, 1, 2]}
        rows={regret.map((row) => [
          row.bank,
          row.verdict,
          row.best ?? 'none',
          whole(row.days),
          units(row.regret),
          units(row.upper),
        ])}
      />
    </>
  );
}
