import { MockLanguageModelV3 } from 'ai/test';
import { afterEach, describe, expect, it } from 'vitest';
import type { Proposal } from '../../src/optimizers/optimizer.js';
import { LlmAuthenticationError, LlmFailure } from '../../src/optimizers/llm/index.js';
import { optimizer, request, share } from './support/proposals.js';
import { fails, ModelServer, says, type Script } from './support/server.js';
import { aView } from './support/views.js';

const open: ModelServer[] = [];

async function serve(script: Script): Promise<ModelServer> {
  const server = await ModelServer.start(script);
  open.push(server);
  return server;
}

afterEach(async () => {
  for (const server of open.splice(0)) await server.close();
});

const good = says(JSON.stringify(share(0.1)));
const bad = says(JSON.stringify(share(1.5)));

/** A proposal made with a server that follows a script. */
async function propose(
  script: Script,
  llm: Record<string, unknown> = {},
): Promise<{
  proposal: Proposal;
  server: ModelServer;
  waits: number[];
}> {
  const server = await serve(script);
  const made = optimizer({ base_url: server.url, ...llm });
  const proposal = await made.optimizer.propose(request());
  expect(made.interactions).toEqual(proposal.audit);
  return { proposal, server, waits: made.waits };
}

const userPrompts = ({ requests }: ModelServer): string[] =>
  requests.map(({ body }) => body.messages.find(({ role }) => role === 'user')!.content);

describe('a good answer', () => {
  it('is proposed, and the conversation is in the audit', async () => {
    const { proposal, server } = await propose([good]);
    expect(proposal).toMatchObject({ status: 'proposed', policy: share(0.1) });
    expect(proposal.audit).toEqual([
      {
        agent_id: 'NORTH',
        attempt: 1,
        model: 'openai-compatible:m',
        system_prompt: server.requests[0]!.body.messages[0]!.content,
        user_prompt: userPrompts(server)[0],
        raw_response: JSON.stringify(share(0.1)),
        parsed_policy: share(0.1),
        parsing_error: null,
        prompt_tokens: 100,
        completion_tokens: 20,
        latency_seconds: 1,
      },
    ]);
    expect(server.requests[0]).toMatchObject({
      path: '/v1/chat/completions',
      body: { model: 'm', max_tokens: 35_000, response_format: { type: 'json_object' } },
    });
  });

  it('may be fenced, and the server need not count tokens', async () => {
    const { proposal } = await propose([says(`Sure.\n\`\`\`json\n${JSON.stringify(share(0.1))}\n\`\`\``, { usage: null })]);
    expect(proposal).toMatchObject({ status: 'proposed', audit: [{ prompt_tokens: 0, completion_tokens: 0 }] });
  });

  it('that repeats the policy in force is no proposal', async () => {
    const { proposal } = await propose([says(JSON.stringify(share(0.2)))]);
    expect(proposal).toMatchObject({ status: 'no-change', audit: [{ parsing_error: null }] });
  });
});

describe('an answer that cannot be used', () => {
  it('is answered with its problems, without memory of earlier ones', async () => {
    const words = says('I would rather not.');
    const { proposal, server } = await propose([words, bad, good]);
    const outOfBounds = 'parameters.initial_liquidity_fraction: initial_liquidity_fraction must lie between 0 and 1, got 1.5';
    expect(proposal.status).toBe('proposed');
    expect(
      proposal.audit.map(({ attempt, parsed_policy, parsing_error }) => ({ attempt, parsed_policy, parsing_error })),
    ).toEqual([
      { attempt: 1, parsed_policy: null, parsing_error: 'the answer contains no JSON object' },
      { attempt: 2, parsed_policy: share(1.5), parsing_error: outOfBounds },
      { attempt: 3, parsed_policy: share(0.1), parsing_error: null },
    ]);
    const [first, second, third] = userPrompts(server);
    expect(first).not.toContain('could not be used');
    expect(second).toContain('- the answer contains no JSON object');
    expect(second).toContain('I would rather not.');
    expect(third).toContain(`- ${outOfBounds}`);
    expect(third).not.toContain('I would rather not.');
    expect(server.requests.map(({ body }) => body.messages.length)).toEqual([2, 2, 2]);
  });

  it('is not completed if it broke off', async () => {
    const text = JSON.stringify(share(0.15));
    const { proposal } = await propose([says(text.slice(0, text.indexOf('0.15') + 3)), says(text, { finish: 'length' }), good]);
    expect(proposal.audit.map(({ parsing_error }) => parsing_error)).toEqual([
      'the answer breaks off: its JSON object is not closed',
      'the answer was cut off at 35000 tokens (max_tokens)',
      null,
    ]);
  });

  it('may be no chat completion at all', async () => {
    const { proposal } = await propose([
      { status: 200, body: '<html>Welcome</html>' },
      { status: 200, body: '{"choices": []}' },
      good,
    ]);
    expect(proposal).toMatchObject({
      status: 'proposed',
      audit: [{ raw_response: '<html>Welcome</html>', parsed_policy: null }, { parsed_policy: null }, { parsing_error: null }],
    });
  });

  it('fails the proposal after the last attempt: skipped, if the settings say so', async () => {
    const { proposal, server } = await propose([bad], { max_retries: 2 });
    expect(proposal).toMatchObject({ status: 'failed', errors: [expect.stringContaining('must lie between 0 and 1')] });
    expect(proposal.audit).toHaveLength(2);
    expect(server.requests).toHaveLength(2);
  });

  it('ends the run otherwise', async () => {
    const server = await serve([bad]);
    const made = optimizer({ base_url: server.url, max_retries: 2, on_failure: 'abort' });
    const failure = await made.optimizer.propose(request()).catch((error: unknown) => error);
    expect(failure).toBeInstanceOf(LlmFailure);
    expect(failure).toMatchObject({ errors: [expect.stringContaining('must lie between')], audit: made.interactions });
    expect(made.interactions).toHaveLength(2);
  });
});

describe('trouble on the way', () => {
  it('is waited out, longer every time, and is no attempt', async () => {
    const { proposal, server, waits } = await propose([fails(500, 'oops'), fails(503, 'busy'), 'hang-up', good]);
    expect(proposal.audit).toMatchObject([{ attempt: 1, parsing_error: null }]);
    expect(server.requests).toHaveLength(4);
    expect(waits).toHaveLength(3);
    waits.forEach((wait, i) => {
      expect(wait).toBeGreaterThanOrEqual(2 ** i / 2);
      expect(wait).toBeLessThanOrEqual(2 ** i);
    });
  });

  it('is waited out as long as the server wishes, within bounds', async () => {
    const later = new Date(Date.now() + 3_600_000).toUTCString();
    const headers: Record<string, string>[] = [{ 'retry-after': '7' }, { 'retry-after-ms': '9500' }, { 'retry-after': later }];
    const { waits } = await propose([...headers.map((header) => fails(429, 'slow down', header)), good]);
    expect(waits).toEqual([7, 9.5, 30]);
  });

  it('that does not end opens the circuit: nothing more is sent, for no bank and in no iteration', async () => {
    const server = await serve([fails(529, 'overloaded')]);
    const made = optimizer({ base_url: server.url });
    const proposal = await made.optimizer.propose(request());
    expect(server.requests).toHaveLength(5);
    expect(made.waits).toHaveLength(4);
    expect(proposal).toMatchObject({
      status: 'failed',
      audit: [{ attempt: 1, raw_response: '', parsing_error: 'no answer in 5 tries: the server answered HTTP 529: overloaded' }],
    });
    expect(made.optimizer.givenUp).toMatch(
      /^openai-compatible:m is given up: 5 requests in a row failed within \d+ s \(server error\)$/,
    );
    expect(await made.optimizer.propose(request())).toMatchObject({ status: 'failed', audit: [] });
    expect(server.requests).toHaveLength(5);
  });

  it('is counted across proposals, and forgotten with an answer', async () => {
    const busy = fails(503, 'busy');
    const server = await serve([busy, busy, good, busy, busy, busy, good]);
    const made = optimizer({ base_url: server.url, breaker_failures: 4 });
    expect((await made.optimizer.propose(request())).status).toBe('proposed');
    expect((await made.optimizer.propose(request())).status).toBe('proposed');
    expect([server.requests.length, made.optimizer.givenUp]).toEqual([7, null]);
  });

  it('includes servers that do not answer in time', async () => {
    const { proposal, server } = await propose(['silence', good], { timeout_seconds: 0.2 });
    expect(proposal).toMatchObject({ status: 'proposed', audit: [{ attempt: 1 }] });
    expect(server.requests).toHaveLength(2);
  });

  it('includes servers that are not there', async () => {
    const server = await serve([good]);
    const { url } = server;
    await server.close();
    open.length = 0;
    const { optimizer: made } = optimizer({ base_url: url, max_retries: 1 });
    const proposal = await made.propose(request());
    expect(proposal).toMatchObject({ status: 'failed', errors: [expect.stringContaining('Cannot connect')] });
  });

  it('ends models that do not listen when their time is up', async () => {
    const model = new MockLanguageModelV3({ doGenerate: () => new Promise(() => undefined) });
    const { optimizer: made } = optimizer({ timeout_seconds: 0.01, max_retries: 1 }, { model });
    expect(await made.propose(request())).toMatchObject({
      status: 'failed',
      errors: ['no answer in 5 tries: no answer within 0.01 s'],
    });
  });
});

describe('a request that the server refuses', () => {
  it('is repeated without the wish for JSON, and the wish is dropped from then on', async () => {
    const refuse = fails(400, "'response_format' is not supported");
    const { proposal, server } = await propose([refuse, bad, good]);
    expect(proposal.audit.map(({ attempt }) => attempt)).toEqual([1, 2]);
    expect(server.requests.map(({ body }) => body.response_format?.type)).toEqual(['json_object', undefined, undefined]);
  });

  it('fails the proposal otherwise, and gives the model up', async () => {
    const { proposal, waits } = await propose([fails(404, 'no such model')], { max_retries: 2 });
    expect(proposal).toMatchObject({ status: 'failed', errors: ['the server answered HTTP 404: no such model'] });
    expect(proposal.audit).toMatchObject([{ raw_response: '' }]);
    expect(waits).toEqual([]);
  });
});

describe('authentication', () => {
  it.each([
    [401, 'Incorrect key'],
    [403, 'Not for you'],
    [400, 'API key not valid. Please pass a valid API key.'],
  ])('fails at once: HTTP %i', async (status, message) => {
    const server = await serve([fails(status, message)]);
    const made = optimizer({ base_url: server.url });
    const failure = await made.optimizer.propose(request()).catch((error: unknown) => error);
    expect(failure).toBeInstanceOf(LlmAuthenticationError);
    expect((failure as Error).message).toContain('set SIMCASH_LLM_API_KEY or OPENAI_COMPATIBLE_API_KEY');
    expect(failure).toMatchObject({ audit: made.interactions });
    expect(made.interactions).toMatchObject([{ attempt: 1, raw_response: '', parsed_policy: null }]);
    expect(server.requests).toHaveLength(1);
    expect(made.waits).toEqual([]);
  });
});

describe('an abort', () => {
  it('ends a request at once', async () => {
    const controller = new AbortController();
    const server = await serve([
      () => {
        controller.abort(new Error('enough'));
        return 'silence';
      },
    ]);
    const made = optimizer({ base_url: server.url });
    await expect(made.optimizer.propose(request({ signal: controller.signal }))).rejects.toThrow('enough');
    expect(server.requests).toHaveLength(1);
    expect(made.waits).toEqual([]);
  });

  it('ends a wait at once', async () => {
    const controller = new AbortController();
    const server = await serve([
      () => {
        setTimeout(() => controller.abort(), 50);
        return fails(429, 'slow down', { 'retry-after': '100' });
      },
    ]);
    const made = optimizer({ base_url: server.url }, { sleep: undefined });
    await expect(made.optimizer.propose(request({ signal: controller.signal }))).rejects.toThrow(/abort/i);
    expect(server.requests).toHaveLength(1);
  });

  it('before the start sends nothing', async () => {
    const server = await serve([good]);
    const made = optimizer({ base_url: server.url });
    await expect(made.optimizer.propose(request({ signal: AbortSignal.abort(new Error('enough')) }))).rejects.toThrow('enough');
    expect(server.requests).toHaveLength(0);
  });
});

describe('keys', () => {
  const KEY = 'sk-marker-0123456789/+"q';
  const env = { OPENAI_COMPATIBLE_API_KEY: KEY };
  /** Any piece of the key that could not come from elsewhere. */
  const MARK = 'marker';

  const everything = (value: unknown): string =>
    `${JSON.stringify(value)} ${value instanceof Error ? `${value.message} ${value.stack} ${JSON.stringify(value.cause)}` : ''}`;

  it('are sent, and appear nowhere, whatever the server repeats', async () => {
    const server = await serve([
      ({ headers }) => fails(500, `you sent ${headers.authorization}`),
      ({ headers }) => ({ status: 200, body: `not a completion: ${headers.authorization}` }),
      ({ headers }) => fails(400, `bad request ${JSON.stringify(headers)}`),
      ({ headers }) => says(JSON.stringify({ ...share(1.5), description: headers.authorization })),
      ({ headers }) =>
        says(
          JSON.stringify({ ...share(1.5), policy_id: headers.authorization!.replace('m', '\\u006d') }).replaceAll('\\\\', '\\'),
        ),
      ({ headers }) => says(JSON.stringify({ ...share(0.1), description: encodeURIComponent(headers.authorization!) })),
    ]);
    const customization = { all: `Never tell anyone that the key is ${KEY}.` };
    const made = optimizer({ base_url: server.url, max_retries: 4 }, { env, customization });
    const proposal = await made.optimizer.propose(request());
    expect(server.requests.every(({ headers }) => headers.authorization === `Bearer ${KEY}`)).toBe(true);
    expect(proposal).toMatchObject({ status: 'proposed', policy: { description: 'Bearer%20[OPENAI_COMPATIBLE_API_KEY]' } });
    expect(proposal.audit).toHaveLength(4);
    expect(everything(proposal)).not.toContain(MARK);
    expect(everything(server.requests.map(({ body }) => body))).not.toContain(MARK);
    expect(proposal.audit[0]!.raw_response).toContain('Bearer [OPENAI_COMPATIBLE_API_KEY]');
  });

  it.each([401, 403])('appear in no error: HTTP %i', async (status) => {
    const server = await serve([({ headers }) => fails(status, `${headers.authorization} is wrong`)]);
    const { optimizer: made } = optimizer({ base_url: server.url }, { env });
    const failure = await made.propose(request()).catch((error: unknown) => error);
    expect(failure).toBeInstanceOf(LlmAuthenticationError);
    expect(everything(failure)).not.toContain(MARK);
  });

  it('appear in no failure of a run', async () => {
    const server = await serve([({ headers }) => fails(500, `${headers.authorization}`)]);
    const { optimizer: made } = optimizer({ base_url: server.url, on_failure: 'abort', max_retries: 1 }, { env });
    const failure = await made.propose(request()).catch((error: unknown) => error);
    expect(failure).toBeInstanceOf(LlmFailure);
    expect(everything(failure)).not.toContain(MARK);
  });

  it('that cannot be sent appear in no error either', async () => {
    const server = await serve([good]);
    const { optimizer: made } = optimizer(
      { base_url: server.url, max_retries: 1 },
      { env: { OPENAI_COMPATIBLE_API_KEY: 'marker\nof-two-lines' } },
    );
    const proposal = await made.propose(request());
    expect(proposal.status).toBe('failed');
    expect(everything(proposal)).not.toContain(MARK);
    expect(server.requests).toHaveLength(0);
  });
});

describe('the SDK', () => {
  it('prints nothing about settings that a model ignores', async () => {
    const printed: unknown[] = [];
    const { info, warn } = console;
    console.info = console.warn = (...args: unknown[]) => void printed.push(args);
    const model = new MockLanguageModelV3({
      doGenerate: {
        content: [{ type: 'text', text: JSON.stringify(share(0.1)) }],
        finishReason: { unified: 'stop', raw: 'stop' },
        usage: {
          inputTokens: { total: 7, noCache: 7, cacheRead: 0, cacheWrite: 0 },
          outputTokens: { total: 3, text: 3, reasoning: 0 },
        },
        warnings: [{ type: 'unsupported', feature: 'temperature' }],
      },
    });
    try {
      const { optimizer: made } = optimizer({}, { model });
      expect(await made.propose(request({ view: aView() }))).toMatchObject({
        status: 'proposed',
        audit: [{ prompt_tokens: 7, completion_tokens: 3 }],
      });
    } finally {
      Object.assign(console, { info, warn });
    }
    expect(printed).toEqual([]);
  });
});
