/** Why a request to a model server brought no answer. */
export type RequestFailure =
  /** Passing trouble: asking again later may help. Seconds to wait if the server says so. */
  | {
      kind: 'transport';
      outcome: 'rate_limited' | 'server_error' | 'network' | 'timeout';
      message: string;
      retryAfter: number | null;
    }
  /** No key, or the wrong one. */
  | { kind: 'authentication'; message: string }
  /** The server does not want the request as it is. */
  | { kind: 'refused'; message: string }
  /** What came, if anything did, is no answer of a model. */
  | { kind: 'garbage'; message: string; body: string };

/** The model took longer than the experiment allows. */
export class NoAnswerInTime extends Error {}

/** What servers say of keys with other codes than 401 and 403. */
const KEY_TROUBLE = /api[ _]key (not valid|invalid)|invalid[ _]api[ _]key/i;

/** Judges what the AI SDK threw. Messages may repeat what the server was sent: keys are still to be taken out. */
export async function requestFailure(error: unknown): Promise<RequestFailure> {
  if (error instanceof NoAnswerInTime) return { kind: 'transport', outcome: 'timeout', message: error.message, retryAfter: null };
  const { APICallError } = await import('ai');
  if (!APICallError.isInstance(error)) {
    return { kind: 'garbage', message: error instanceof Error ? error.message : String(error), body: '' };
  }
  const { isRetryable, message, responseBody = '', responseHeaders = {}, statusCode: status } = error;
  if (status === undefined || status < 400) {
    if (isRetryable) return { kind: 'transport', outcome: 'network', message, retryAfter: null };
    return { kind: 'garbage', message: `the server's answer could not be read: ${message}`, body: responseBody };
  }
  const text = `the server answered ${[`HTTP ${status}`, message].filter(Boolean).join(': ')}`;
  // Some servers answer a wrong key by repeating parts of it.
  if (status === 401 || KEY_TROUBLE.test(responseBody)) {
    return { kind: 'authentication', message: `the server does not know the key (HTTP ${status})` };
  }
  if (status === 403) return { kind: 'authentication', message: text };
  if (isRetryable) {
    const outcome = status === 429 ? 'rate_limited' : 'server_error';
    return { kind: 'transport', outcome, message: text, retryAfter: retryAfter(responseHeaders) };
  }
  return { kind: 'refused', message: text };
}

/** Seconds until the server wants to be asked again; null if it does not say. */
function retryAfter(headers: Readonly<Record<string, string>>): number | null {
  const { 'retry-after': header, 'retry-after-ms': milliseconds } = headers;
  if (milliseconds !== undefined && Number.isFinite(Number(milliseconds))) return Math.max(0, Number(milliseconds) / 1000);
  if (header === undefined || header.trim() === '') return null;
  const seconds = Number(header);
  if (Number.isFinite(seconds)) return Math.max(0, seconds);
  const date = Date.parse(header);
  return Number.isNaN(date) ? null : Math.max(0, (date - Date.now()) / 1000);
}
