import type { PolicyDocument } from '@simcash/engine';
import { EXPERIMENT_SECTIONS, ExperimentHead, Table, units, whole, type ExperimentFigures } from '@simcash/pictures';
import { counted, type LlmInteraction, type PolicyEvaluation, type StoredExperiment } from '@simcash/protocol';
import type { ComponentChildren, JSX } from 'preact';
import { encoded, linkTo, page, type Page } from './layout.js';
import { NotFoundError } from './not-found.js';
import { PolicyChanges } from './policy-changes.js';
import { PolicyTree } from './policy-tree.js';

/** Address of an experiment run, or of a proposal in it. */
export const experimentLink = (run: string, ...parts: readonly (string | number)[]): string =>
  `/x/${[run, ...parts].map((part) => encoded(String(part))).join('/')}`;

/** `/x/RUN`: how an experiment went, every proposal, and the policies that came of it (spec 16 §9). */
export function experimentPage(run: StoredExperiment, figures: ExperimentFigures): Page {
  const { iterations, run_id } = run;
  const last = iterations.at(-1);
  const proposals = iterations.flatMap(({ evaluations, iteration }) => evaluations.map((row) => ({ iteration, row })));
  return page(
    figures.experiment_name,
    <Frame title={figures.experiment_name}>
      <ExperimentHead figures={figures} />
      {EXPERIMENT_SECTIONS.map(({ section: Section, title }) => (
        <section key={title}>
          <h2>{title}</h2>
          <Section figures={figures} />
        </section>
      ))}
      <h2>Every proposal</h2>
      {proposals.length === 0 ? (
        <p>Nothing was proposed.</p>
      ) : (
        <Table
          head={['Iteration', 'Bank', 'Attempt', 'Before', 'Proposal', 'Outcome', '']}
          texts={[1, 5, 6]}
          rows={proposals.map(({ iteration, row }) => [
            whole(iteration),
            row.agent_id,
            whole(row.attempt),
            row.old_cost === null ? '–' : units(row.old_cost),
            row.new_cost === null ? '–' : units(row.new_cost),
            row.accepted ? 'accepted' : 'not accepted',
            <a href={experimentLink(run_id, iteration, row.agent_id, row.attempt)}>what, and why</a>,
          ])}
        />
      )}
      {last !== undefined && (
        <>
          <h2>The policies of the last iteration</h2>
          {Object.entries(last.policies).map(([bank, policy]) => (
            <details key={bank}>
              <summary>
                <bdi>{bank}</bdi>
              </summary>
              <PolicyTree policy={policy as unknown as PolicyDocument} />
            </details>
          ))}
        </>
      )}
    </Frame>,
  );
}

/** `/x/RUN/ITERATION/BANK/ATTEMPT`: what was proposed, why it was accepted or not, and what was said. @throws NotFoundError */
export function proposalPage(
  run: StoredExperiment,
  [iteration, bank, attempt]: readonly string[],
  conversation: readonly LlmInteraction[],
): Page {
  const found = run.iterations.find((one) => String(one.iteration) === iteration);
  const row = found?.evaluations.find((one) => one.agent_id === bank && String(one.attempt) === attempt);
  if (row === undefined) throw new NotFoundError('There is no such proposal.');
  const title = `${row.agent_id}, iteration ${iteration}`;
  return page(
    `${title} · ${run.experiment_name}`,
    <Frame title={title}>
      <p>
        <a href={experimentLink(run.run_id)}>
          <bdi>{run.experiment_name}</bdi>
        </a>{' '}
        · attempt {whole(row.attempt)}
      </p>
      <Verdict row={row} />
      <h2>What is different</h2>
      <PolicyChanges
        before={row.old_policy as unknown as PolicyDocument}
        after={row.proposed_policy as unknown as PolicyDocument}
      />
      <details>
        <summary>The whole proposal</summary>
        <PolicyTree policy={row.proposed_policy as unknown as PolicyDocument} />
      </details>
      {conversation.length > 0 && <h2>What was said</h2>}
      {conversation.map((said, i) => (
        <Said key={i} said={said} />
      ))}
    </Frame>,
  );
}

function Verdict({ row }: { row: PolicyEvaluation }): JSX.Element {
  const { accepted, acceptance_reason, evaluation_simulation_id: simulation, judgement, new_cost, num_samples, old_cost } = row;
  const test = judgement?.acceptance;
  const facts: [string, JSX.Element | string][] = [
    ['Outcome', `${accepted ? 'accepted' : 'not accepted'}: ${acceptance_reason}`],
    ...(old_cost === null || new_cost === null
      ? []
      : [['Costs', `${units(old_cost)} before, ${units(new_cost)} with the proposal`] as [string, string]]),
    ...(num_samples > 0 ? [['Compared on', counted(num_samples, 'day')] as [string, string]] : []),
    ...(test
      ? [
          [
            'Saves a day',
            `${units(test.saving_mean)}${test.saving_lower === null || test.saving_upper === null ? '' : ` (${units(test.saving_lower)} … ${units(test.saving_upper)})`}`,
          ] as [string, string],
        ]
      : []),
    ...(simulation === null ? [] : [['Its run', <a href={linkTo(simulation)}>{simulation}</a>] as [string, JSX.Element]]),
  ];
  return <Table head={['', '']} texts={[0, 1]} rows={facts} />;
}

/** Prompts and replies are text, whatever stands in them. */
function Said({ said }: { said: LlmInteraction }): JSX.Element {
  const { completion_tokens, model, prompt_tokens, raw_response, system_prompt, user_prompt } = said;
  return (
    <>
      <p class="facts">
        {model}, {whole(prompt_tokens)} tokens asked, {whole(completion_tokens)} answered
      </p>
      <details>
        <summary>Instructions</summary>
        <pre class="log">{system_prompt}</pre>
      </details>
      <details>
        <summary>Prompt</summary>
        <pre class="log">{user_prompt}</pre>
      </details>
      <details open>
        <summary>Reply</summary>
        <pre class="log">{raw_response}</pre>
      </details>
    </>
  );
}

const Frame = ({ children, title }: { title: string; children: ComponentChildren }): JSX.Element => (
  <main id="content">
    <h1>{title}</h1>
    <p>
      <a href="/">All runs</a>
    </p>
    {children}
  </main>
);
