import { NONE } from '../payments/payments.js';
import type { World } from '../world.js';

/** Counterparties of a bank in the central queue, ranked; positions beyond the list are 0 (spec 06 §6.2). */
export interface Rankings {
  outgoing: { bank: number; value: number }[];
  incoming: { bank: number; value: number }[];
  net: { bank: number; value: number }[];
}

/**
 * What a policy tree looks at: one bank, and in payment trees one payment, at this moment.
 *
 * One context serves a whole tick; fields are computed only when a tree reads them.
 */
export class PolicyContext {
  bank = 0;
  /** Row of the payment, NONE in bank and collateral trees. */
  payment = NONE;
  #rankings: Rankings | null = null;
  #rankingsOf = NONE;
  #rankingsVersion = -1;

  constructor(readonly world: World) {}

  /** Looks at a bank, and at one of its payments if the tree is about payments. */
  lookAt(bank: number, payment = NONE): this {
    this.bank = bank;
    this.payment = payment;
    return this;
  }

  /** The bank's counterparties in the live central queue. */
  rankings(): Rankings {
    const { queue2 } = this.world;
    if (this.#rankings === null || this.#rankingsOf !== this.bank || this.#rankingsVersion !== queue2.version) {
      this.#rankings = rank(this.world, this.bank);
      this.#rankingsOf = this.bank;
      this.#rankingsVersion = queue2.version;
    }
    return this.#rankings;
  }
}

function rank(world: World, bank: number): Rankings {
  const { pairs } = world.queue2;
  const outgoing = pairs.outgoing[bank]!.map((row) => ({ bank: pairs.to[row]!, value: pairs.sum[row]! }));
  const incoming = pairs.incoming[bank]!.map((row) => ({ bank: pairs.from[row]!, value: pairs.sum[row]! }));
  const nets = new Map<number, number>();
  for (const { bank: other, value } of outgoing) nets.set(other, value);
  for (const { bank: other, value } of incoming) nets.set(other, (nets.get(other) ?? 0) - value);
  const net = [...nets].map(([other, value]) => ({ bank: other, value }));
  const byValue = (x: Rankings['net'][0], y: Rankings['net'][0]): number =>
    Math.abs(y.value) - Math.abs(x.value) || x.bank - y.bank;
  return { outgoing: outgoing.sort(byValue), incoming: incoming.sort(byValue), net: net.sort(byValue) };
}

const idHashes = new Map<string, number>();

/** FNV-1a (64 bits) of an id's UTF-8 bytes as the nearest double: how policies tell counterparties apart. */
export function idHash(id: string): number {
  let known = idHashes.get(id);
  if (known === undefined) {
    let hash = 14695981039346656037n;
    for (const byte of utf8(id)) hash = BigInt.asUintN(64, (hash ^ BigInt(byte)) * 1099511628211n);
    known = Number(hash);
    idHashes.set(id, known);
  }
  return known;
}

function* utf8(text: string): Generator<number> {
  for (const character of text) {
    const code = character.codePointAt(0)!;
    if (code < 0x80) yield code;
    else if (code < 0x800) yield* [0xc0 | (code >> 6), 0x80 | (code & 63)];
    else if (code < 0x10000) yield* [0xe0 | (code >> 12), 0x80 | ((code >> 6) & 63), 0x80 | (code & 63)];
    else yield* [0xf0 | (code >> 18), 0x80 | ((code >> 12) & 63), 0x80 | ((code >> 6) & 63), 0x80 | (code & 63)];
  }
}
