import type { Files } from './engine/requests.js';

/** A scenario as it is handed on: in a link, or as a file. */
export interface Shared extends Files {
  readonly name: string;
}

/** Longest link, in characters; more goes into a file (spec 16 §10). */
export const LONGEST_LINK = 32_768;

/** A scenario as text for the part of an address that is sent to nobody. */
export async function packed(shared: Shared): Promise<string> {
  const bytes = await through(new TextEncoder().encode(JSON.stringify(shared)), new CompressionStream('deflate-raw'));
  let text = '';
  for (const byte of bytes) text += String.fromCharCode(byte);
  return btoa(text).replaceAll('+', '-').replaceAll('/', '_').replaceAll('=', '');
}

/** @throws Error with a sentence for a text that holds no scenario */
export async function unpacked(text: string): Promise<Shared> {
  try {
    const packedBytes = Uint8Array.from(atob(text.replaceAll('-', '+').replaceAll('_', '/')), (sign) => sign.charCodeAt(0));
    return sharedIn(new TextDecoder().decode(await through(packedBytes, new DecompressionStream('deflate-raw'))));
  } catch {
    throw new Error('This link holds no scenario: it may have been cut off.');
  }
}

/** Most bytes that a link may unfold to. */
const MOST_BYTES = 16 * 2 ** 20;

async function through(bytes: Uint8Array<ArrayBuffer>, change: CompressionStream | DecompressionStream): Promise<Uint8Array> {
  const reader = new Blob([bytes]).stream().pipeThrough(change).getReader();
  const parts: Uint8Array[] = [];
  let length = 0;
  for (let part = await reader.read(); !part.done; part = await reader.read()) {
    length += part.value.length;
    if (length > MOST_BYTES) throw new Error('too large');
    parts.push(part.value);
  }
  const whole = new Uint8Array(length);
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}

/** What a `.simcash.json` file holds. @throws Error for another one */
export function sharedIn(text: string): Shared {
  const { name, policies, scenario } = JSON.parse(text) as Partial<Record<keyof Shared, unknown>>;
  const isTexts =
    typeof policies === 'object' && policies !== null && Object.values(policies).every((one) => typeof one === 'string');
  if (typeof scenario !== 'string' || typeof name !== 'string' || !isTexts) throw new Error('This file holds no scenario.');
  return { name, scenario, policies: policies as Record<string, string> };
}
