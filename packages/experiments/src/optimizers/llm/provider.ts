import type { generateText, wrapLanguageModel } from 'ai';
import type { LlmSettings } from '../../definition/schema.js';
import { LlmAuthenticationError } from './errors.js';
import { keyOf, keyVariables, type ProviderName } from './keys.js';
import { installed } from './packages.js';

/** A model of the AI SDK. */
export type ChatModel = Parameters<typeof wrapLanguageModel>[0]['model'];

/** A model and how it is to be called. */
export interface Connection {
  model: ChatModel;
  maxOutputTokens: number;
  providerOptions: NonNullable<Parameters<typeof generateText>[0]['providerOptions']>;
}

/** Tokens that a model needs at least if it is to think hard: thoughts count as output (spec 11 §11.1). */
const HIGH_EFFORT_TOKENS = 30_000;

/** The parts of `provider:model`. */
export function modelName({ model }: Pick<LlmSettings, 'model'>): { provider: ProviderName; name: string } {
  const colon = model.indexOf(':');
  return { provider: model.slice(0, colon) as ProviderName, name: model.slice(colon + 1) };
}

/**
 * Connects to the model that the settings name. Only the package of its provider is loaded.
 *
 * @throws LlmAuthenticationError if the environment lacks the key
 */
export async function connect(settings: LlmSettings, env: NodeJS.ProcessEnv): Promise<Connection> {
  return { model: await languageModel(settings, env), ...callOptions(settings) };
}

/** How the settings want their model to be called. */
export function callOptions(settings: LlmSettings): Omit<Connection, 'model'> {
  const { max_tokens, reasoning_effort: effort, thinking_budget: budget } = settings;
  const { provider } = modelName(settings);
  if (provider === 'anthropic' && budget !== null) {
    const thinking = { type: 'enabled', budgetTokens: budget };
    return { maxOutputTokens: max_tokens, providerOptions: { anthropic: { thinking } } };
  }
  if ((provider !== 'openai' && provider !== 'openai-compatible') || effort === null)
    return { maxOutputTokens: max_tokens, providerOptions: {} };
  return {
    maxOutputTokens: effort === 'high' ? Math.max(max_tokens, HIGH_EFFORT_TOKENS) : max_tokens,
    providerOptions: { [provider === 'openai' ? 'openai' : 'openaiCompatible']: { reasoningEffort: effort } },
  };
}

/** What a server gets that needs no key: with none at all, the client would look one up by itself. */
const NO_KEY = 'none';

/** Bytes of an answer; policies have a few thousand. */
const LONGEST_ANSWER = 8 * 1024 * 1024;

/** A server that sends us elsewhere would get the key there, too; one that sends without end is cut off. */
const fetchOnce: typeof fetch = async (input, init) => {
  const response = await fetch(input, { ...init, redirect: 'error' });
  if (response.body === null) return response;
  return new Response(response.body.pipeThrough(bounded(LONGEST_ANSWER)), response);
};

/** Passes on as many bytes as are allowed, and fails beyond them. */
function bounded(most: number): TransformStream<Uint8Array, Uint8Array> {
  let seen = 0;
  return new TransformStream({
    transform(chunk, controller) {
      seen += chunk.length;
      if (seen > most) throw new Error(`the answer is longer than ${most} bytes`);
      controller.enqueue(chunk);
    },
  });
}

async function languageModel(settings: LlmSettings, env: NodeJS.ProcessEnv): Promise<ChatModel> {
  const { provider, name } = modelName(settings);
  const baseURL = checkedUrl(settings.base_url);
  // A key to a provider's own server goes nowhere else: other servers have a key of their own, or none.
  const apiKey =
    baseURL === undefined
      ? keyOf(provider, env)
      : (keyOf('openai-compatible', env) ?? (provider === 'openai-compatible' ? undefined : NO_KEY));
  if (apiKey === undefined && provider !== 'openai-compatible')
    throw new LlmAuthenticationError(`${provider} needs a key: set ${keyVariables(provider)}`);
  const options = {
    fetch: fetchOnce,
    ...(apiKey === undefined ? {} : { apiKey }),
    ...(baseURL === undefined ? {} : { baseURL }),
  };
  // Before anything is asked: what a request needs is needed by all of them.
  await installed('ai', () => import('ai'));
  switch (provider) {
    case 'anthropic':
      return (await installed('@ai-sdk/anthropic', () => import('@ai-sdk/anthropic'))).createAnthropic(options)(name);
    case 'google':
      return (await installed('@ai-sdk/google', () => import('@ai-sdk/google'))).createGoogleGenerativeAI(options)(name);
    case 'openai': {
      const openai = (await installed('@ai-sdk/openai', () => import('@ai-sdk/openai'))).createOpenAI(options);
      // Servers that stand in for OpenAI's own rarely know more of its protocol than chat completions.
      return baseURL === undefined ? openai(name) : openai.chat(name);
    }
    case 'openai-compatible': {
      if (baseURL === undefined) throw new Error(`llm.model ${settings.model} needs llm.base_url, the address of the server`);
      const compatible = await installed('@ai-sdk/openai-compatible', () => import('@ai-sdk/openai-compatible'));
      return compatible.createOpenAICompatible({ ...options, baseURL, name: provider })(name);
    }
  }
}

/** An address is stored and printed, so it must not contain what opens doors. */
function checkedUrl(address: string | null): string | undefined {
  if (address === null) return undefined;
  const { password, username } = new URL(address);
  if (username !== '' || password !== '')
    throw new Error('llm.base_url must not contain a user name or password: keys come from the environment only');
  return address;
}
