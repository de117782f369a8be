import type { JSX } from 'preact';
import { Table } from '../drawing/figure.js';
import { documentOf } from '../report/document.js';
import { whole } from '../text/format.js';
import type { EstimateFigures, ExperimentFigures } from './figures.js';
import { LearningPicture, ParametersPicture, SavingsPicture, units } from './pictures.js';

export interface ExperimentPageOptions {
  /** Title of the page; the experiment's name unless given. */
  readonly title?: string;
  /** SHA-256 of the figures as `simcash report --json` prints them. */
  readonly checksum?: string;
}

/** An experiment run as one page without scripts; the same figures give the same bytes (spec 16 §9). */
export function experimentHtml(figures: ExperimentFigures, { checksum, title }: ExperimentPageOptions = {}): string {
  const { description, ending, error_message, experiment_name, run_id, status } = figures;
  const name = title ?? experiment_name;
  const facts = [
    `run ${run_id}`,
    figures.mode,
    `optimizer ${figures.optimizer}`,
    `master seed ${figures.master_seed}`,
    `${whole(figures.parameters.length)} iterations`,
  ];
  return documentOf(
    name,
    <>
      <header>
        <h1>{name}</h1>
        {description !== '' && <p>{description}</p>}
        {status !== 'completed' && (
          <p class="banner">
            This run is {status}
            {error_message === null ? '' : `: ${error_message}`}. What is shown are its complete iterations.
          </p>
        )}
        <p class="facts">{facts.join(' · ')}</p>
      </header>
      <section>
        <h2>In short</h2>
        {ending !== null && <p>{ending}</p>}
        <Savings figures={figures} />
        <Regret figures={figures} />
      </section>
      <section>
        <h2>Costs</h2>
        <LearningPicture figures={figures} />
      </section>
      <section>
        <h2>Proposals</h2>
        <SavingsPicture figures={figures} />
      </section>
      <section>
        <h2>Policies</h2>
        <ParametersPicture figures={figures} />
      </section>
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
