import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { simcash, temporaryDirectory } from '../support/simcash.js';
import { FalseServer, type Behaviour } from './support/false-server.js';
import { KNOWN } from './support/known.js';
import { measured } from './support/measured.js';

/** A model server that was right at first, and then does its worst: the run ends in time, keeps what it has, and gives nothing away. */
const EXAMPLES = path.resolve(import.meta.dirname, '../../../../docs/examples/experiments');
const MEANT = 'sk-meant-for-this-server';
const SECRET = 'sk-secret-of-another-server';
const ENV = {
  SIMCASH_LLM_API_KEY: MEANT,
  ...Object.fromEntries(
    ['OPENAI_API_KEY', 'ANTHROPIC_API_KEY', 'GEMINI_API_KEY', 'GOOGLE_GENERATIVE_AI_API_KEY', 'OPENAI_COMPATIBLE_API_KEY'].map(
      (name, i) => [name, `${SECRET}-${i}`],
    ),
  ),
  AWS_SECRET_ACCESS_KEY: `${SECRET}-aws`,
};
/** Seconds that the user allows; the rest is for the start, on a machine that others use, too. */
const LIMIT = 20;
const PATIENCE = 100;
/** Right answers before the worst: enough for two iterations. */
const GOOD = 4;

// They wait most of their time.
vi.setConfig({ maxConcurrency: 8 });

let recorder: FalseServer;
beforeAll(async () => {
  recorder = await FalseServer.start((response) => void response.end('{}'));
});
afterAll(() => recorder.close());

const POLICY = JSON.stringify({
  version: '2.0',
  policy_id: 'proposed',
  parameters: { initial_liquidity_fraction: 0.3 },
  payment_tree: { type: 'action', node_id: 'pay', action: 'Release' },
});

const completion = (content: string): string =>
  JSON.stringify({
    id: '1',
    object: 'chat.completion',
    created: 1,
    model: 'm',
    choices: [{ index: 0, message: { role: 'assistant', content }, finish_reason: 'stop' }],
    usage: { prompt_tokens: 1, completion_tokens: 1, total_tokens: 2 },
  });

const JSON_TYPE = { 'content-type': 'application/json' };
const sends =
  (status: number, body: string | Buffer, headers: Record<string, string> = {}): Behaviour =>
  (response) =>
    void response.writeHead(status, { ...JSON_TYPE, ...headers }).end(body);
const good = sends(200, completion(POLICY));
const elsewhere =
  (status: number): Behaviour =>
  (response) =>
    void response.writeHead(status, { location: `${recorder.url}/chat/completions` }).end();

function drip(response: Parameters<Behaviour>[0]): void {
  response.writeHead(200, JSON_TYPE);
  const timer = setInterval(() => response.write(' '), 50);
  response.on('close', () => clearInterval(timer));
}

/** Sends for as long as somebody takes it, or nearly so. */
function flood(response: Parameters<Behaviour>[0]): void {
  response.writeHead(200, JSON_TYPE);
  const piece = Buffer.alloc(1 << 20, ' ');
  let sent = 0;
  const more = (): void => {
    while (!response.destroyed && sent++ < 200 && response.write(piece));
    if (!response.destroyed && sent < 200) response.once('drain', more);
  };
  more();
}

/** One after the other: their server is here, and good answers before would come too late. */
const HEAVY: Readonly<Record<string, Behaviour>> = {
  'answers without end': flood,
  'answers with 50 MB': sends(200, completion('x'.repeat(50e6))),
  'answers with 300 MB that are one': sends(200, gzipSync(Buffer.alloc(300e6, ' '), { level: 1 }), {
    'content-encoding': 'gzip',
  }),
};

const WORST: Readonly<Record<string, Behaviour>> = {
  'never answers': () => undefined,
  'answers a byte at a time': drip,
  'answers with other JSON': sends(200, '{"choices": 7, "__proto__": {"a": 1}}'),
  'answers with null': sends(200, 'null'),
  'answers with deep JSON': sends(200, '['.repeat(1e6)),
  'answers with terminal escapes': sends(200, completion('\u001b[2J\u001b]0;owned\u0007\u202e\u009b31m')),
  'answers with HTML': sends(200, '<html><script>alert(1)</script></html>', { 'content-type': 'text/html' }),
  'answers with nothing': sends(200, ''),
  'sends on with 302': elsewhere(302),
  'sends on with 307': elsewhere(307),
  'closes the connection': (response) => void response.socket!.resetAndDestroy(),
  'closes it in the middle': (response) => {
    response.writeHead(200, { ...JSON_TYPE, 'content-length': '100' }).write('{');
    setTimeout(() => response.socket?.resetAndDestroy(), 20);
  },
  'has too many requests, for a long time': sends(429, '{}', { 'retry-after': '1000000000' }),
  'has too many requests, for no time': sends(429, '{}', { 'retry-after': '0' }),
  'is broken for ever': (response, { headers }) =>
    sends(500, `{"error":{"message":"\u001b[31m ${headers.authorization}"}}`)(response, null as never),
  'wants another key': (response, { headers }) =>
    sends(403, `{"error":{"message":"not ${headers.authorization}"}}`)(response, null as never),
};

const experiment = (url: string): string =>
  `${readFileSync(path.join(EXAMPLES, 'exp1.yaml'), 'utf8')
    .replace('scenario: ', `scenario: ${EXAMPLES}/`)
    .replace(/output:\n(?: .*\n)+/, '')}
llm: { model: "openai-compatible:m", base_url: "${url}", max_retries: 2, timeout_seconds: 3 }
`;

async function treatment(name: string, worst: Behaviour): Promise<void> {
  let asked = 0;
  const server = await FalseServer.start((...exchange) => (asked++ < GOOD ? good : worst)(...exchange));
  try {
    const cwd = temporaryDirectory({ 'e.yaml': experiment(server.url) });
    const run = ['experiment', 'run', 'e.yaml', '--optimizer', 'llm', '--llm-base-url', server.url, '--db', 'x.duckdb'];
    const flags = ['--allow-path', EXAMPLES, '--time-limit', String(LIMIT), '--verbose-llm'];
    const began = performance.now();
    const outcome = await measured([...run, ...flags, '--id', 'x'], { cwd, env: ENV, timeout: PATIENCE * 1000 });
    const problems: string[] = [];
    const check = (holds: boolean, what: string): void => void (holds || problems.push(what));
    check(outcome.signal === null && (performance.now() - began) / 1000 < PATIENCE, `did not end within ${PATIENCE} s`);
    check(outcome.code === 0 || outcome.code === 1, `exit code ${outcome.code}: ${outcome.stderr}`);
    check(!/internal error|^ {4}at /m.test(outcome.stderr), `a defect: ${outcome.stderr}`);
    check(outcome.megabytes < 1024, `${Math.round(outcome.megabytes)} MB`);
    check(outcome.seconds < 20, `${outcome.seconds} s of the processor`);
    check(server.requests.length > GOOD, 'it never got to do its worst');

    // The answers before were right, and are kept.
    const looking = { cwd, timeout: PATIENCE * 1000 };
    const kept = await simcash(['experiment', 'export', 'x', '--db', 'x.duckdb'], looking);
    const verified = await simcash(['db', 'verify', '--db', 'x.duckdb'], looking);
    const stored = kept.code === 0 ? (JSON.parse(kept.stdout) as { iterations: unknown[] }) : { iterations: [] };
    check(stored.iterations.length > 0, `nothing is kept: ${kept.stderr.slice(0, 200)}`);
    check(verified.code === 0, `db verify: ${verified.stderr}`);

    // Nobody got a key that was not meant for him, and nothing has one in it.
    check(recorder.requests.length === 0, 'it sent the request on');
    check(
      server.requests.every((request) => request.includes(`Bearer ${MEANT}`)),
      'a request without the key',
    );
    check(!server.requests.some((request) => request.includes(SECRET)), 'another key was sent');
    const texts = [
      outcome.stdout,
      outcome.stderr,
      kept.stdout,
      ...readdirSync(cwd).map((file) => readFileSync(path.join(cwd, file), 'latin1')),
    ];
    check(!texts.some((text) => text.includes(MEANT) || text.includes(SECRET)), 'a key is in what is left');

    const known = KNOWN.modelServer[name];
    expect(problems.filter((problem) => !known?.test(problem)).join('; ')).toBe('');

    if (outcome.code === 1 && name === 'never answers') {
      server.behaviour = good;
      const resumed = await simcash([...run, '--allow-path', EXAMPLES, '--resume', 'x'], { cwd, env: ENV });
      expect(resumed.code, resumed.stderr).toBe(0);
    }
  } finally {
    await server.close();
  }
}

describe.concurrent('a model server that', () => {
  it.each(Object.entries(WORST))('%s', treatment);
});

describe('a model server that', () => {
  it.each(Object.entries(HEAVY))('%s', treatment);
});
