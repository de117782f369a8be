import { policyText } from '@simcash/engine';
import { Table, whole, type RunFigures } from '@simcash/pictures';
import type { StoredRun } from '@simcash/runs';
import { BankLink, page, RunPage } from './layout.js';

const indented = (text: string): string => JSON.stringify(JSON.parse(text), null, 1);

/** `/r/RUN/policies`: which policy which bank has, and what is in it. */
export function policiesPage(
  { scenario: { config }, simulation: { simulation_id: run } }: StoredRun,
  figures: RunFigures,
): string {
  const users = new Map<string, string[]>();
  for (const { id, policy } of config.agent_configs) {
    const text = policyText(policy);
    users.set(text, [...(users.get(text) ?? []), id]);
  }
  const names = new Map(figures.banks.map(({ bank, policy }) => [bank, policy]));
  const ranked = [...users].sort(([, a], [, b]) => b.length - a.length);
  return page(
    `Policies · ${run}`,
    <RunPage run={run} current="policies" title="Policies">
      <Table
        head={['Policy', 'Banks', '']}
        texts={[0, 2]}
        rows={ranked.map(([, banks]) => [
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
      {ranked.map(([text, banks]) => (
        <details key={banks[0]}>
          <summary>{names.get(banks[0]!)}</summary>
          <pre class="log">{indented(text)}</pre>
        </details>
      ))}
    </RunPage>,
  );
}

/** `/r/RUN/scenario`: the configuration of the run, as it is stored. */
export function scenarioPage({ simulation: { config_json, simulation_id: run } }: StoredRun): string {
  return page(
    `Scenario · ${run}`,
    <RunPage run={run} current="scenario" title="Scenario">
      <p class="reading">This alone makes the run again.</p>
      <pre class="log">{indented(config_json)}</pre>
    </RunPage>,
  );
}
