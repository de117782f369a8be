import { NONE } from '../payments/payments.js';
import type { World } from '../world.js';

/** Whether a queued payment may settle gross before others of its bank; the queue is in its order (spec 12 §3.4). */
export function mayOvertake(world: World, p: number): boolean {
  const { payments, queue2, system } = world;
  if (system.neverOrdered) return true;
  const cls = system.classes.of(p);
  const first = queue2.firstOfSender(payments.sender[p]!);
  switch (system.discipline(cls)) {
    case 'bypass':
      return true;
    case 'strict':
      return first === p;
    case 'class_bypass':
      return first === NONE || system.classes.of(first) >= cls;
  }
}

/** The queued payment that keeps a released one from settling before it: its bank's first, by class and place; NONE if none does. */
export function blockedAtEntry(world: World, p: number, heads: Heads): number {
  const { payments, system } = world;
  if (system.neverOrdered) return NONE;
  const cls = system.classes.of(p);
  const discipline = system.discipline(cls);
  if (discipline === 'bypass') return NONE;
  const first = heads.of(world, payments.sender[p]!);
  if (first === NONE) return NONE;
  const before = system.classes.of(first);
  // The released payment comes after everything of its class.
  return before < cls || (discipline === 'strict' && before === cls) ? first : NONE;
}

/** Heads of banks while released payments enter: a bank's queued payment that comes first by class, then place. */
export class Heads {
  readonly #known = new Map<number, number>();

  of(world: World, b: number): number {
    let head = this.#known.get(b);
    if (head === undefined) this.#known.set(b, (head = firstByClass(world, b)));
    return head;
  }

  /** A payment was appended to the queue. */
  joined({ payments, system }: World, p: number): void {
    const b = payments.sender[p]!;
    const head = this.#known.get(b);
    if (head === NONE || (head !== undefined && system.classes.of(p) < system.classes.of(head))) this.#known.set(b, p);
  }

  /** A payment left the queue. */
  left({ payments }: World, p: number): void {
    const b = payments.sender[p]!;
    if (this.#known.get(b) === p) this.#known.delete(b);
  }
}

/** What joined in this tick is not sorted in yet. */
function firstByClass({ queue2, payments, system }: World, b: number): number {
  let best = queue2.firstOfSender(b);
  if (system.classes.areEqual) return best;
  for (let p = best; p !== NONE; p = payments.nextOfSender[p]!) {
    const difference = system.classes.of(p) - system.classes.of(best);
    if (difference < 0 || (difference === 0 && queue2.comesBefore(p, best))) best = p;
  }
  return best;
}
