import { CLASSES, type ReservationConfig } from '../scenario/settlement/config.js';
import type { World } from '../world.js';

/** Money that banks keep for urgent payments: what is left of it today, by class and bank (spec 12 §4.2). */
export class Reservations {
  /** Reserved for highly urgent and for urgent payments, in cents. */
  readonly reserved: readonly [Float64Array, Float64Array];
  /** The setting of each bank, null where it has none. */
  readonly #settings: readonly [(ReservationConfig | null)[], (ReservationConfig | null)[]];

  /** `bankIds` in id order. */
  constructor(configs: readonly ReservationConfig[], bankIds: readonly string[]) {
    this.reserved = [new Float64Array(bankIds.length), new Float64Array(bankIds.length)];
    const settings = (name: string): (ReservationConfig | null)[] => {
      const own = configs.filter((config) => config.class === name);
      const byBank = new Map(
        own.flatMap((config) => (config.agents === 'all' ? bankIds : config.agents).map((id) => [id, config])),
      );
      return bankIds.map((id) => byBank.get(id) ?? null);
    };
    this.#settings = [settings('highly_urgent'), settings('urgent')];
  }

  /** What a payment of a class must leave alone. */
  before(b: number, cls: number): number {
    return (cls > 0 ? this.reserved[0][b]! : 0) + (cls > 1 ? this.reserved[1][b]! : 0);
  }

  /** A day begins: all reservations are set anew, bank by bank. */
  set(world: World): void {
    const { banks, log } = world;
    for (let b = 0; b < banks.count; b++) {
      const available = banks.available(b);
      for (const k of [0, 1] as const) {
        const setting = this.#settings[k][b];
        if (!setting) continue;
        const amount = 'amount' in setting ? setting.amount : Math.floor(available * setting.fraction);
        this.reserved[k][b] = amount;
        log.rare('ReservationSet', { agent_id: b, class: CLASSES[k], amount, available, mode: setting.mode });
      }
    }
  }

  /** A bank paid for a payment of a class: reservations that may be used for it shrink, unless they are floors. */
  use(b: number, cls: number, amount: number): void {
    for (let k = cls, rest = amount; k <= 1; k++) {
      if (this.#settings[k as 0 | 1][b]?.mode !== 'consumed') continue;
      const used = Math.min(this.reserved[k as 0 | 1][b]!, rest);
      this.reserved[k as 0 | 1][b]! -= used;
      rest -= used;
    }
  }

  /** A bank paid `debit` net for payments of several classes: it is shared out to the most urgent ones first. */
  useForSet(b: number, debit: number, paidByClass: readonly number[]): void {
    let rest = debit;
    paidByClass.forEach((paid, cls) => {
      const share = Math.min(rest, paid);
      this.use(b, cls, share);
      rest -= share;
    });
  }
}
