import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { fails, ModelServer, says } from '../../../packages/experiments/test/llm/support/server.js';
import { output, simcash, temporaryDirectory, type Outcome } from './support/simcash.js';

/** An experiment with a language model that is slow, overloaded, broken and wrong before it is right. */
const EXAMPLES = path.resolve(import.meta.dirname, '../../../docs/examples/experiments');
const KEY = 'sk-secret-marker-4711';

const policy = (fraction: number, action = 'Release'): string =>
  JSON.stringify({
    version: '2.0',
    policy_id: 'proposed',
    parameters: { initial_liquidity_fraction: fraction },
    payment_tree: { type: 'action', node_id: 'pay', action },
    strategic_collateral_tree: { type: 'action', node_id: 'hold_collateral', action: 'HoldCollateral' },
  });

/** What each bank ends with; every later answer repeats it. */
const BEST: Record<string, string> = { BANK_A: policy(0), BANK_B: policy(0.2) };

function bankOf(messages: readonly { content: string }[]): string {
  return /BANK_[AB]/.exec(messages.at(-1)!.content)![0];
}

/** The user's word for the server of a file, and for its scenario. */
const allowed = ({ url }: ModelServer): string[] => ['--llm-base-url', url, '--allow-path', EXAMPLES];

let server: ModelServer;
let outcome: Outcome;
const cwd = temporaryDirectory();

beforeAll(async () => {
  server = await ModelServer.start([
    fails(429, 'too many requests', { 'retry-after': '0' }),
    ({ headers }) => fails(500, `it went wrong for ${headers.authorization}`),
    says('I would rather talk about the weather.'),
    says(policy(7)),
    says('```json\n' + policy(0, 'Drop') + '\n```'),
    says(policy(0.3).slice(0, 90), { finish: 'length' }),
    says('{"parameters": {"initial_liquidity_fraction": 0.4}, "payment_tree": {"type": "action", "action": "Teleport"}}'),
    ({ body }) => says('Here it is:\n```json\n' + BEST[bankOf(body.messages)] + '\n```'),
  ]);
  const text = readFileSync(path.join(EXAMPLES, 'exp1.yaml'), 'utf8')
    .replace('scenario: ', `scenario: ${EXAMPLES}/`)
    .replace(
      /optimizer:\n(?: .*\n)+/,
      `optimizer: { type: llm }\nllm: { model: "openai-compatible:test", base_url: "${server.url}", max_retries: 3, timeout_seconds: 20 }\n`,
    );
  const file = path.join(temporaryDirectory({ 'llm.yaml': text }), 'llm.yaml');
  const env = { OPENAI_COMPATIBLE_API_KEY: KEY };
  outcome = await simcash(
    ['experiment', 'run', file, '--id', 'talk', '--db', 'talk.duckdb', '--verbose-llm', ...allowed(server)],
    { cwd, env },
  );
});

afterAll(() => server.close());

const experiment = (...args: string[]): Promise<string> => output(['experiment', ...args, '--db', 'talk.duckdb'], { cwd });

describe('an experiment with a language model', () => {
  it('finishes in the equilibrium, whatever the server did before', () => {
    expect(outcome.stderr).not.toContain('error');
    expect(outcome.code).toBe(0);
    expect(outcome.stdout).toMatch(/^BANK_A +50\.00 +0\.00 +0\.00 +0% /m);
    expect(outcome.stdout).toMatch(/^BANK_B +50\.00 +20\.00 +20\.00 +20% /m);
  });

  it('keeps every interaction, and why an answer was refused', async () => {
    const interactions = JSON.parse(await experiment('replay', 'talk', '--audit', '--json')) as {
      raw_response: string;
      parsing_error: string | null;
      prompt_tokens: number;
    }[];
    const answered = server.requests.length - 2;
    expect(interactions.filter(({ raw_response }) => raw_response !== '')).toHaveLength(answered);
    const refusals = interactions.filter(({ parsing_error }) => parsing_error !== null);
    expect(refusals.map(({ raw_response }) => raw_response.slice(0, 8))).toEqual([
      'I would ',
      policy(7).slice(0, 8),
      '```json\n',
      policy(0.3).slice(0, 8),
      '{"parame',
    ]);
    expect(refusals[1]!.parsing_error).toContain('must lie between 0 and 1, got 7');
    expect(refusals[2]!.parsing_error).toContain("action 'Drop' is not allowed");
    expect(refusals[4]!.parsing_error).toContain('Teleport');
    expect(interactions.every(({ prompt_tokens }) => prompt_tokens === 100)).toBe(true);
  });

  it('stores refused proposals, too', async () => {
    const run = JSON.parse(await experiment('export', 'talk')) as {
      iterations: { evaluations: { accepted: boolean; acceptance_reason: string; old_cost: number | null }[] }[];
    };
    const refused = run.iterations.flatMap(({ evaluations }) => evaluations).filter(({ old_cost }) => old_cost === null);
    expect(refused.length).toBeGreaterThanOrEqual(3);
    expect(refused.every(({ accepted, acceptance_reason }) => !accepted && acceptance_reason.startsWith('invalid: '))).toBe(true);
  });

  it('is replayed as it was told', async () => {
    expect(await experiment('replay', 'talk', '--verbose-llm')).toBe(outcome.stdout);
  });

  it('leaves the key in no file and no output', async () => {
    const texts = [
      outcome.stdout,
      outcome.stderr,
      await experiment('export', 'talk'),
      await experiment('replay', 'talk', '--audit'),
    ];
    for (const file of readdirSync(cwd)) texts.push(readFileSync(path.join(cwd, file), 'latin1'));
    for (const text of texts) expect(text).not.toContain('secret-marker');
    expect(server.requests.every(({ headers }) => headers.authorization === `Bearer ${KEY}`)).toBe(true);
  });

  it('shows each bank nothing of the other', () => {
    for (const { body } of server.requests) {
      const [, user] = body.messages;
      const other = bankOf(body.messages) === 'BANK_A' ? 'BANK_B' : 'BANK_A';
      expect(user!.content).not.toContain(`${other}_default`);
    }
  });
});

it('a wrong key ends the run at once, and says which variable to set', async () => {
  const refusing = await ModelServer.start([fails(401, 'incorrect key')]);
  try {
    const text = readFileSync(path.join(EXAMPLES, 'exp1.yaml'), 'utf8').replace('scenario: ', `scenario: ${EXAMPLES}/`);
    const llm = `llm: { model: "openai-compatible:test", base_url: "${refusing.url}" }`;
    const { code, stderr } = await simcash(
      ['experiment', 'run', '-', '--optimizer', 'llm', '--db', 'x.duckdb', '--id', 'x', ...allowed(refusing)],
      {
        input: `${text}\n${llm}\n`,
        env: { OPENAI_COMPATIBLE_API_KEY: KEY },
      },
    );
    expect(code).toBe(1);
    expect(stderr).toContain('OPENAI_COMPATIBLE_API_KEY');
    expect(refusing.requests).toHaveLength(1);
  } finally {
    await refusing.close();
  }
});
