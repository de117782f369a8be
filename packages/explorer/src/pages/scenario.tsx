import type { PolicyDocument } from '@simcash/engine';
import { Table, whole, type RunFigures } from '@simcash/pictures';
import type { RunSource } from '@simcash/runs/source';
import { BankLink, page, RunPage, type Page } from './layout.js';
import { PolicyTree } from './policy-tree.js';

const indented = (text: string): string => JSON.stringify(JSON.parse(text), null, 1);

/** `/r/RUN/policies`: which policy which bank has, and what is in it. */
export function policiesPage({ id: run, policies }: RunSource, figures: RunFigures): Page {
  const names = new Map(figures.banks.map(({ bank, policy }) => [bank, policy]));
  return page(
    `Policies · ${run}`,
    <RunPage run={run} current="policies" title="Policies">
      <Table
        head={['Policy', 'Banks', '']}
        texts={[0, 2]}
        rows={policies.map(({ banks }) => [
          names.get(banks[0]!)!,
          whole(banks.length),
          <>
            {banks.slice(0, 20).map((bank) => (
              <>
                <BankLink key={bank} bank={bank} run={run} />{' '}
              </>
            ))}
            {banks.length > 20 && '…'}
          </>,
        ])}
      />
      <h2>What is in them</h2>
      {policies.map(({ banks, text }) => (
        <details key={banks[0]}>
          <summary>{names.get(banks[0]!)}</summary>
          <PolicyTree policy={JSON.parse(text) as PolicyDocument} />
          <details>
            <summary>JSON</summary>
            <pre class="log">{indented(text)}</pre>
          </details>
        </details>
      ))}
    </RunPage>,
  );
}

/** `/r/RUN/scenario`: the configuration of the run, as it is stored. */
export function scenarioPage({ configText, id: run, playground }: RunSource): Page {
  return page(
    `Scenario · ${run}`,
    <RunPage run={run} current="scenario" title="Scenario">
      <p class="reading">This alone makes the run again.</p>
      {playground !== null && (
        <p>
          <a href={playground}>Change it, and run it in the playground</a>
        </p>
      )}
      <pre class="log">{indented(configText)}</pre>
    </RunPage>,
  );
}
