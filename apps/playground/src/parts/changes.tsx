import type { SimulationCall } from '@simcash/protocol';
import type { JSX } from 'preact';

export interface ChangesProps {
  readonly banks: readonly string[];
  /** Tick that would run next, and the last one. */
  readonly tick: number;
  readonly totalTicks: number;
  readonly policies: readonly (readonly [name: string, text: string])[];
  readonly made: readonly string[];
  readonly call: (call: SimulationCall, text: string) => void;
}

/** What can be done between two ticks; it becomes a part of the run. */
export function Changes({ banks, call, made, policies, tick, totalTicks }: ChangesProps): JSX.Element {
  const submit = (event: SubmitEvent): void => {
    event.preventDefault();
    event.stopPropagation();
    const given = new FormData(event.currentTarget as HTMLFormElement);
    const text = (name: string): string => String(given.get(name));
    const number = (name: string): number => Number(text(name));
    const [sender, receiver, amount] = [text('sender'), text('receiver'), number('amount')];
    call(
      {
        call: 'submit_transaction',
        sender,
        receiver,
        amount,
        deadline_tick: number('deadline'),
        priority: number('priority'),
        divisible: false,
      },
      `before tick ${tick}: ${sender} pays ${receiver} ${amount} cents`,
    );
  };
  const swap = (event: SubmitEvent): void => {
    event.preventDefault();
    event.stopPropagation();
    const given = new FormData(event.currentTarget as HTMLFormElement);
    const [bank, name] = [String(given.get('bank')), String(given.get('policy'))];
    const [, policy_json] = policies.find(([one]) => one === name)!;
    call({ call: 'update_agent_policy', agent_id: bank, policy_json }, `before tick ${tick}: ${bank} gets the policy ${name}`);
  };
  return (
    <details class="changes">
      <summary>Change this run before tick {tick}</summary>
      <form onSubmit={submit}>
        <BankField name="sender" label="From" banks={banks} />
        <BankField name="receiver" label="To" banks={banks.toReversed()} />
        <label>
          Cents
          <input type="number" name="amount" min="1" step="1" value="100000" required />
        </label>
        <label>
          Deadline, tick
          <input type="number" name="deadline" min={tick} max={totalTicks} value={Math.min(tick + 20, totalTicks)} required />
        </label>
        <label>
          Priority
          <input type="number" name="priority" min="0" max="10" value="5" required />
        </label>
        <button type="submit">Submit the payment</button>
      </form>
      {policies.length > 0 && (
        <form onSubmit={swap}>
          <BankField name="bank" label="Bank" banks={banks} />
          <label>
            Policy
            <select name="policy">
              {policies.map(([name]) => (
                <option key={name}>{name}</option>
              ))}
            </select>
          </label>
          <button type="submit">Give it this policy</button>
        </form>
      )}
      {made.length > 0 && (
        <ul>
          {made.map((text, i) => (
            <li key={i}>{text}</li>
          ))}
        </ul>
      )}
    </details>
  );
}

function BankField({ banks, label, name }: { name: string; label: string; banks: readonly string[] }): JSX.Element {
  return (
    <label>
      {label}
      <select name={name}>
        {banks.map((bank) => (
          <option key={bank}>{bank}</option>
        ))}
      </select>
    </label>
  );
}
