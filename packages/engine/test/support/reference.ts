import { readFileSync } from 'node:fs';
import path from 'node:path';
import { gunzipSync } from 'node:zlib';
import { readScenario, readScenarioText, type Scenario } from '../../src/index.js';

const DIRECTORY = path.join(import.meta.dirname, '..', 'reference');

/** One scenario of the manifest. */
export interface ReferenceScenario {
  name: string;
  scenario: string;
  golden: string;
  /** Policy files that the scenario names. */
  policies: string[];
  calls?: string;
  outcome: 'completed' | 'error' | 'load-error';
  ticks: number;
  events: number;
  sha256: string;
  events_sha256: string;
}

/** A call between ticks, as it stands in a calls file. */
export type ReferenceCall = { before_tick: number } & (
  | ({ call: 'submit_transaction' | 'submit_transaction_with_rtgs_priority'; rtgs_priority?: string } & Order)
  | { call: 'withdraw_from_rtgs'; tx_id: string }
  | { call: 'resubmit_to_rtgs'; tx_id: string; rtgs_priority: string }
  | { call: 'post_collateral' | 'withdraw_collateral'; agent: string; amount: number }
  | { call: 'update_agent_policy'; agent: string; policy_json: string }
  | { call: 'checkpoint_roundtrip' }
);

interface Order {
  sender: string;
  receiver: string;
  amount: number;
  deadline_tick: number;
  priority: number;
  divisible: boolean;
}

/** What became of a call: a line of the log of a scenario with calls. */
export interface CallLine {
  call: string;
  before_tick: number;
  ok: boolean;
  tx_id: string | null;
  message: string | null;
}

/** How a run was refused or aborted. */
export interface ErrorLine {
  stage: 'new' | 'tick';
  tick: number;
  kind: string;
  message: string;
}

/** A golden log: its event and call lines without line ends, and what its last line says. */
export interface GoldenLog {
  text: string;
  lines: string[];
  end: { final?: Record<string, unknown>; error?: ErrorLine };
}

function text(file: string): string {
  return readFileSync(path.join(DIRECTORY, file), 'utf8');
}

export const REFERENCE_SCENARIOS = (JSON.parse(text('manifest.json')) as { scenarios: ReferenceScenario[] }).scenarios;

/** Loads the scenario as its user would: strictly, with policy files beside it. */
export function loadScenario({ scenario }: ReferenceScenario): Scenario {
  const { document } = readScenarioText(text(scenario));
  const readPolicy = (jsonPath: string): string => text(path.join(path.dirname(scenario), jsonPath));
  return readScenario(document, { exactIntegers: true, readPolicy });
}

export function loadCalls({ calls }: ReferenceScenario): ReferenceCall[] {
  return calls === undefined ? [] : (JSON.parse(text(calls)) as ReferenceCall[]);
}

export function loadGoldenLog({ golden }: ReferenceScenario): GoldenLog {
  const log = gunzipSync(readFileSync(path.join(DIRECTORY, golden))).toString('utf8');
  const lines = log.split('\n').slice(0, -1);
  return { text: log, lines: lines.slice(0, -1), end: JSON.parse(lines.at(-1)!) as GoldenLog['end'] };
}
