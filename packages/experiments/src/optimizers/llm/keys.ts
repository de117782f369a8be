/** Environment variables with the keys to model servers, by provider; the first one that is set counts. */
const KEY_VARIABLES = {
  anthropic: ['ANTHROPIC_API_KEY'],
  openai: ['OPENAI_API_KEY'],
  google: ['GOOGLE_GENERATIVE_AI_API_KEY', 'GEMINI_API_KEY'],
  /** Of every server that is not a provider's own. */
  'openai-compatible': ['SIMCASH_LLM_API_KEY', 'OPENAI_COMPATIBLE_API_KEY'],
} as const;

export type ProviderName = keyof typeof KEY_VARIABLES;

/** What local servers are given in place of a key (`none`, `EMPTY`, …) is shorter, and occurs in ordinary text. */
const SHORTEST_SECRET = 6;

export const keyVariables = (provider: ProviderName): string => KEY_VARIABLES[provider].join(' or ');

/** The key to a provider's server; undefined if none is set. */
export function keyOf(provider: ProviderName, env: NodeJS.ProcessEnv): string | undefined {
  return KEY_VARIABLES[provider].map((variable) => valueOf(variable, env)).find((key) => key !== undefined);
}

const valueOf = (variable: string, env: NodeJS.ProcessEnv): string | undefined => env[variable]?.trim() || undefined;

/**
 * A function that puts the names of variables in place of their values, so that no key gets into a prompt, a message or an audit,
 * whoever wrote the text: servers repeat what they were sent, and people paste keys where they do not belong.
 */
export function keyScrubber(env: NodeJS.ProcessEnv): (text: string) => string {
  const names = new Map<string, string>();
  for (const variable of Object.values(KEY_VARIABLES).flat()) {
    const key = valueOf(variable, env);
    if (key === undefined || key.length < SHORTEST_SECRET) continue;
    for (const written of [key, JSON.stringify(key).slice(1, -1), encodeURIComponent(key)]) names.set(written, variable);
  }
  // A key may contain another one.
  const longestFirst = [...names].sort(([a], [b]) => b.length - a.length);
  return (text) => longestFirst.reduce((clean, [written, variable]) => clean.replaceAll(written, `[${variable}]`), text);
}
