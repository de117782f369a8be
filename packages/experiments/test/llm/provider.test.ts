import { afterEach, describe, expect, it } from 'vitest';
import { LlmAuthenticationError } from '../../src/optimizers/llm/index.js';
import { callOptions } from '../../src/optimizers/llm/provider.js';
import { optimizer, request, settings } from './support/proposals.js';
import { fails, ModelServer, type SeenRequest } from './support/server.js';

/** The key for another address than a provider's own, and a key that belongs to the provider alone. */
const KEY = 'the-secret-key';
const FOREIGN = 'the-key-of-the-provider';

let server: ModelServer | null = null;
afterEach(async () => {
  await server?.close();
  server = null;
});

/** What a provider's package sends, and what is said when the server refuses the key. */
async function refused(
  llm: Record<string, unknown>,
  env: NodeJS.ProcessEnv,
): Promise<{ seen: SeenRequest & { body: Record<string, unknown> }; message: string }> {
  server = await ModelServer.start([fails(401, 'no')]);
  const { optimizer: made } = optimizer({ base_url: server.url, ...llm }, { env });
  const error = await made.propose(request()).catch((thrown: unknown) => thrown);
  expect(error).toBeInstanceOf(LlmAuthenticationError);
  return { seen: server.requests[0]! as never, message: (error as Error).message };
}

describe('providers', () => {
  it('Anthropic: key, thinking budget', async () => {
    const { message, seen } = await refused(
      { model: 'anthropic:claude-sonnet-4-5', thinking_budget: 2000, max_tokens: 5000 },
      { ANTHROPIC_API_KEY: FOREIGN, SIMCASH_LLM_API_KEY: KEY },
    );
    expect(seen).toMatchObject({
      path: '/v1/messages',
      headers: { 'x-api-key': KEY },
      // What is thought counts as output.
      body: { model: 'claude-sonnet-4-5', thinking: { type: 'enabled', budget_tokens: 2000 }, max_tokens: 7000 },
    });
    expect(message).toContain('set SIMCASH_LLM_API_KEY');
  });

  it('OpenAI behind another address: key, chat completions, reasoning effort', async () => {
    const { message, seen } = await refused(
      { model: 'openai:gpt-5', reasoning_effort: 'high', max_tokens: 5000 },
      { OPENAI_API_KEY: FOREIGN, SIMCASH_LLM_API_KEY: KEY },
    );
    expect(seen).toMatchObject({
      path: '/v1/chat/completions',
      headers: { authorization: `Bearer ${KEY}` },
      body: { model: 'gpt-5', reasoning_effort: 'high', max_completion_tokens: 30_000, response_format: { type: 'json_object' } },
    });
    expect(message).toContain('set SIMCASH_LLM_API_KEY');
  });

  it('Google', async () => {
    const env = { GOOGLE_GENERATIVE_AI_API_KEY: FOREIGN, GEMINI_API_KEY: FOREIGN, SIMCASH_LLM_API_KEY: KEY };
    const { message, seen } = await refused({ model: 'google:gemini-2.5-pro' }, env);
    expect(seen).toMatchObject({ path: '/v1/models/gemini-2.5-pro:generateContent', headers: { 'x-goog-api-key': KEY } });
    expect(message).toContain('set SIMCASH_LLM_API_KEY');
  });

  it.each(['anthropic:m', 'openai:m', 'google:m'])(
    '%s sends the key to its own server to no other, even if there is no other key',
    async (model) => {
      const env = { ANTHROPIC_API_KEY: FOREIGN, OPENAI_API_KEY: FOREIGN, GOOGLE_GENERATIVE_AI_API_KEY: FOREIGN };
      const { seen } = await refused({ model }, env);
      expect(JSON.stringify(seen.headers)).not.toContain(FOREIGN);
    },
  );

  it('any compatible server: a name with colons, no key needed', async () => {
    const { seen } = await refused({ model: 'openai-compatible:llama3:8b' }, { OPENAI_API_KEY: KEY });
    expect(seen.body.model).toBe('llama3:8b');
    expect(seen.headers.authorization).toBeUndefined();
  });

  it.each([
    ['anthropic:m', 'set ANTHROPIC_API_KEY'],
    ['openai:m', 'set OPENAI_API_KEY'],
    ['google:m', 'set GOOGLE_GENERATIVE_AI_API_KEY or GEMINI_API_KEY'],
  ])('%s without a key fails before anything is sent', async (model, message) => {
    const { interactions, optimizer: made } = optimizer(
      { model },
      { env: { ANTHROPIC_API_KEY: ' ', OPENAI_COMPATIBLE_API_KEY: KEY } },
    );
    const error = await made.propose(request()).catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(LlmAuthenticationError);
    expect((error as Error).message).toContain(message);
    expect(interactions).toEqual([]);
  });

  it('a compatible server needs an address', async () => {
    await expect(optimizer({}).optimizer.propose(request())).rejects.toThrow('needs llm.base_url');
  });

  it('an address with a password is refused, unsaid', async () => {
    const error = await optimizer({ base_url: 'http://me:secret@127.0.0.1/' })
      .optimizer.propose(request())
      .catch((thrown: unknown) => thrown);
    expect((error as Error).message).toContain('must not contain a user name or password');
    expect((error as Error).message).not.toContain('secret');
  });
});

describe('how models are called', () => {
  const budget = { thinking_budget: 2000, reasoning_effort: 'high', max_tokens: 5000 };

  it.each([
    [
      'anthropic',
      { maxOutputTokens: 5000, providerOptions: { anthropic: { thinking: { type: 'enabled', budgetTokens: 2000 } } } },
    ],
    ['openai', { maxOutputTokens: 30_000, providerOptions: { openai: { reasoningEffort: 'high' } } }],
    ['openai-compatible', { maxOutputTokens: 30_000, providerOptions: { openaiCompatible: { reasoningEffort: 'high' } } }],
    ['google', { maxOutputTokens: 5000, providerOptions: {} }],
  ])('%s', (provider, options) => {
    expect(callOptions(settings({ model: `${provider}:m`, ...budget }))).toEqual(options);
  });

  it('medium effort needs no more tokens, nor does high effort with enough', () => {
    const tokens = (effort: string, max_tokens: number): number =>
      callOptions(settings({ model: 'openai:m', reasoning_effort: effort, max_tokens })).maxOutputTokens;
    expect(tokens('medium', 5000)).toBe(5000);
    expect(tokens('high', 40_000)).toBe(40_000);
  });
});
