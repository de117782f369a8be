import type { JSX } from 'preact';
import { isMap, isSeq, parseDocument, type Document, type YAMLMap } from 'yaml';

export interface FormProps {
  readonly text: string;
  readonly presets: readonly string[];
  /** Keys that a settlement design replaces. */
  readonly replaced: readonly string[];
  readonly change: (text: string) => void;
}

const NUMBERS = [
  ['simulation', 'rng_seed', 'Seed'],
  ['simulation', 'num_days', 'Days'],
  ['simulation', 'ticks_per_day', 'Ticks a day'],
] as const;

const OF_BANK = [
  ['opening_balance', 'Opening balance, cents'],
  ['unsecured_cap', 'Unsecured credit, cents'],
  ['arrival_config.rate_per_tick', 'Payments a tick'],
] as const;

/** The keys that are changed most, as a form: it edits the same text, comments and all. */
export function Form({ change, presets, replaced, text }: FormProps): JSX.Element {
  const document = parseDocument(text, { version: '1.1', merge: true });
  const banks = document.get('agents');
  if (document.errors.length > 0 || !isSeq(banks))
    return <p>The form needs a text that can be read: see what is wrong with it.</p>;
  const edit = (work: (document: Document) => void): void => {
    work(document);
    change(document.toString({ lineWidth: 0 }));
  };
  const setIn = (path: readonly (string | number)[], value: unknown): void => edit((one) => one.setIn(path, value));
  const maps = banks.items.filter((item) => isMap(item));
  return (
    <div class="form">
      <fieldset>
        <legend>Simulation</legend>
        {NUMBERS.map(([block, key, label]) => (
          <NumberField
            key={key}
            label={label}
            value={document.getIn([block, key])}
            change={(value) => setIn([block, key], value)}
          />
        ))}
        <label>
          Settlement
          <select
            value={String(document.getIn(['settlement', 'preset']) ?? '')}
            onChange={({ currentTarget }) =>
              edit((one) => {
                for (const key of replaced) one.delete(key);
                if (currentTarget.value === '') one.delete('settlement');
                else one.set('settlement', one.createNode({ preset: currentTarget.value }));
              })
            }
          >
            <option value="">as the text says</option>
            {presets.map((name) => (
              <option key={name} value={name}>
                {name}
              </option>
            ))}
          </select>
        </label>
      </fieldset>
      <fieldset>
        <legend>{maps.length} banks</legend>
        <div class="table">
          <table>
            <thead>
              <tr>
                <th>Bank</th>
                {OF_BANK.map(([key, label]) => (
                  <th key={key}>{label}</th>
                ))}
                <th />
              </tr>
            </thead>
            <tbody>
              {maps.map((bank, i) => {
                const id = String(bank.get('id'));
                return (
                  <tr key={i}>
                    <td>
                      <bdi>{id}</bdi>
                    </td>
                    {OF_BANK.map(([key, label]) => {
                      const path = key.split('.');
                      return (
                        <td key={key}>
                          <NumberField
                            label={`${label} of ${id}`}
                            isHidden
                            value={bank.getIn(path)}
                            change={(value) => setIn(['agents', i, ...path], value)}
                          />
                        </td>
                      );
                    })}
                    <td>
                      <button type="button" onClick={() => edit((one) => clone(one, i))} aria-label={`clone ${id}`}>
                        Clone
                      </button>{' '}
                      <button
                        type="button"
                        disabled={maps.length < 2}
                        onClick={() => edit((one) => one.deleteIn(['agents', i]))}
                        aria-label={`remove ${id}`}
                      >
                        Remove
                      </button>
                    </td>
                  </tr>
                );
              })}
            </tbody>
          </table>
        </div>
        <p>
          Whom they pay:{' '}
          <button type="button" onClick={() => edit((one) => weigh(one, () => 1))}>
            all alike
          </button>{' '}
          <button
            type="button"
            onClick={() => edit((one) => weigh(one, (bank) => Number(bank.get('opening_balance') ?? 0) || 1))}
          >
            by opening balance
          </button>
        </p>
      </fieldset>
    </div>
  );
}

function NumberField(props: { label: string; value: unknown; isHidden?: boolean; change: (value: number) => void }): JSX.Element {
  const { change, isHidden = false, label, value } = props;
  const field = (
    <input
      type="number"
      step="any"
      aria-label={isHidden ? label : undefined}
      value={value === undefined ? '' : String(value)}
      onChange={({ currentTarget }) => currentTarget.value !== '' && change(Number(currentTarget.value))}
    />
  );
  return isHidden ? (
    field
  ) : (
    <label>
      {label} {field}
    </label>
  );
}

const banksOf = (document: Document): YAMLMap[] =>
  (document.get('agents') as { items: unknown[] }).items.filter((item) => isMap(item));

/** Another bank like one, paid by whoever pays that one. */
function clone(document: Document, i: number): void {
  const banks = banksOf(document);
  const id = String(banks[i]!.get('id'));
  const taken = new Set(banks.map((bank) => String(bank.get('id'))));
  let n = 2;
  while (taken.has(`${id}_${n}`)) n++;
  const copy = banks[i]!.clone() as YAMLMap;
  copy.set('id', `${id}_${n}`);
  copy.commentBefore = null;
  document.addIn(['agents'], copy);
  for (const bank of banks) {
    const weights = bank.getIn(['arrival_config', 'counterparty_weights']);
    if (isMap(weights) && weights.has(id) && bank !== banks[i]) weights.set(`${id}_${n}`, weights.get(id));
  }
}

/** Sets whom every bank that pays anybody pays. */
function weigh(document: Document, weightOf: (bank: YAMLMap) => number): void {
  const banks = banksOf(document);
  for (const bank of banks) {
    if (!isMap(bank.get('arrival_config'))) continue;
    const others = banks.filter((other) => other !== bank).map((other) => [String(other.get('id')), weightOf(other)] as const);
    bank.setIn(['arrival_config', 'counterparty_weights'], document.createNode(Object.fromEntries(others)));
  }
}
