import { NONE } from '../payments/payments.js';
import { withdrawFromRtgs } from '../queues/rtgs-actions.js';
import { detailsJson } from '../scenario-events/details.js';
import type { OutageReaction } from '../scenario/config.js';
import type { World } from '../world.js';
import type { OutageState, StressState } from './state.js';
import { beganIn, endOf, type StressEvent } from './windows.js';

type ParticipantOutage = Extract<StressEvent, { type: 'ParticipantOutage' }>;
type SystemOutage = Extract<StressEvent, { type: 'SystemOutage' }>;

/** The outage of a bank that is in force (spec 15 §2). */
interface BankOutage {
  readonly bank: number;
  /** First tick, and the first after it; Infinity to the end of the run. */
  readonly since: number;
  readonly until: number;
  readonly isBlocked: boolean;
  readonly isFrozen: boolean;
  readonly reaction: OutageReaction | null;
  /** By bank: cents settled to the stricken bank since then, less what came from it. */
  readonly exposure: Float64Array;
  /** Banks that pay it nothing at present. */
  readonly reacted: Set<number>;
  /** Payments that were told to be withheld. */
  readonly told: Set<number>;
}

/** Outages of banks and of the system: who is out, and who stopped paying because of it. */
export class Outages {
  readonly #events: readonly StressEvent[];
  /** By bank, null where there is none. */
  readonly #banks: (BankOutage | null)[];
  #system: { readonly since: number; readonly until: number } | null = null;
  /** Whether any outage may keep queued payments from settling. */
  readonly canRestrict: boolean;

  constructor(events: readonly StressEvent[], banks: number) {
    this.#events = events;
    this.#banks = new Array<BankOutage | null>(banks).fill(null);
    this.canRestrict = events.some(
      (event) => event.type === 'ParticipantOutage' && (event.incoming === 'block' || event.central_queue === 'freeze'),
    );
  }

  beginOfBank(world: World, event: ParticipantOutage): void {
    const { agent, central_queue, incoming, reaction } = event;
    const since = world.clock.tick;
    const until = endOf(event, since);
    const bank = world.banks.indexOf(agent);
    this.#banks[bank] = bankOutage(bank, since, until, event, this.#banks.length);
    const details = {
      agent,
      central_queue,
      incoming,
      reaction: reaction
        ? {
            after_ticks: reaction.after_ticks ?? null,
            banks: reaction.banks,
            central_queue: reaction.central_queue,
            exposure: reaction.exposure ?? null,
          }
        : null,
      until_tick: until === Infinity ? null : until,
    };
    world.log.scenarioEventExecuted('participant_outage', detailsJson(details));
  }

  beginOfSystem({ clock, log }: World, event: SystemOutage): void {
    const until = endOf(event, clock.tick);
    this.#system = { since: clock.tick, until };
    log.scenarioEventExecuted('system_outage', detailsJson({ until_tick: until === Infinity ? null : until }));
  }

  /** Outages that are over: the system's first, then those of banks by id. */
  end(world: World): void {
    const { clock, queue1 } = world;
    if (this.#system !== null && this.#system.until <= clock.tick) {
      const { since } = this.#system;
      this.#system = null;
      const count = queue1.size.reduce((sum, size) => sum + size, 0);
      const value = queue1.value.reduce((sum, cents) => sum + cents, 0);
      logEnd(world, 'system', NONE, since, count, value);
    }
    for (const [b, outage] of this.#banks.entries()) {
      if (outage === null || outage.until > clock.tick) continue;
      this.#banks[b] = null;
      logEnd(world, 'participant', b, outage.since, queue1.size[b]!, queue1.value[b]!);
    }
  }

  /** The central system does not work. */
  get ofSystem(): boolean {
    return this.#system !== null;
  }

  /** Whether a tick is one of an outage of the system, also before the event in the list of its first tick. */
  isSystemOut(tick: number): boolean {
    return this.#events.some((event) => event.type === 'SystemOutage' && beganIn(event, tick) !== null);
  }

  /** Whether a tick is one of an outage in which nothing can be settled to a bank. */
  isBlocking(id: string, tick: number): boolean {
    return this.#events.some(
      (event) =>
        event.type === 'ParticipantOutage' && event.agent === id && event.incoming === 'block' && beganIn(event, tick) !== null,
    );
  }

  /** A bank neither decides nor sends. */
  isOut(b: number): boolean {
    return this.#banks[b] !== null;
  }

  /** Nothing can be settled to a bank. */
  blocks(b: number): boolean {
    return this.#banks[b]?.isBlocked === true;
  }

  /** Whether a payment may settle, as far as outages are concerned. */
  letsSettle({ payments }: World, p: number): boolean {
    return this.#banks[payments.sender[p]!]?.isFrozen !== true && !this.blocks(payments.receiver[p]!);
  }

  /** Whether payments of the central queue may be kept from settling now. */
  get restrict(): boolean {
    return this.canRestrict && this.#banks.some((outage) => outage !== null && (outage.isBlocked || outage.isFrozen));
  }

  /** Ticks since a bank's outage began; −1 if it is not out. */
  ticksSince(b: number, tick: number): number {
    const outage = this.#banks[b]!;
    return outage === null ? -1 : tick - outage.since;
  }

  /** What a bank has settled to another one since its outage began, less what came from it; 0 if it is not out. */
  exposure(b: number, stricken: number): number {
    return this.#banks[stricken]?.exposure[b] ?? 0;
  }

  /** Whether a bank stopped paying another one. */
  hasReacted(b: number, counterparty: number): boolean {
    return this.#banks[counterparty]?.reacted.has(b) === true;
  }

  /** Whether a payment is withheld because of an outage and nobody has been told yet. */
  noteWithheld(b: number, counterparty: number, number: number): boolean {
    const outage = this.#banks[counterparty];
    if (!outage?.reacted.has(b) || outage.told.has(number)) return false;
    outage.told.add(number);
    return true;
  }

  /** Why nothing can be asked of a bank before this tick, in a sentence; null if it is in no outage. */
  refusal({ banks, clock }: World, b: number): string | null {
    for (const event of this.#events) {
      if (event.type !== 'ParticipantOutage' || event.agent !== banks.ids[b]) continue;
      const since = beganIn(event, clock.tick);
      if (since === null) continue;
      const until = endOf(event, since);
      const end = until === Infinity ? 'until the end of the run' : `until tick ${until}`;
      return `Agent ${banks.ids[b]} is in an outage ${end}`;
    }
    return null;
  }

  /** A payment settled. */
  settled({ payments }: World, p: number, amount: number): void {
    const [sender, receiver] = [payments.sender[p]!, payments.receiver[p]!];
    if (sender === receiver) return;
    const [toStricken, fromStricken] = [this.#banks[receiver], this.#banks[sender]];
    if (toStricken) toStricken.exposure[sender]! += amount;
    if (fromStricken) fromStricken.exposure[receiver]! -= amount;
  }

  /** Banks that notice an outage stop paying the stricken one (before phase 8a; spec 15 §2.2). */
  react(world: World): void {
    for (const outage of this.#banks) if (outage?.reaction) reactTo(world, outage, outage.reaction);
  }

  save(): Pick<StressState, 'outages' | 'system_outage'> {
    return {
      outages: this.#banks.flatMap((outage): OutageState[] =>
        outage === null
          ? []
          : [
              {
                bank: outage.bank,
                since: outage.since,
                exposure: [...outage.exposure],
                reacted: [...outage.reacted].sort((x, y) => x - y),
                told: [...outage.told].sort((x, y) => x - y),
              },
            ],
      ),
      system_outage: this.#system?.since ?? null,
    };
  }

  /** Brings outages back: what they are is in the scenario. */
  load({ banks }: World, state: StressState): void {
    for (const { bank, exposure, reacted, since, told } of state.outages) {
      const event = this.#events.find(
        (one): one is ParticipantOutage =>
          one.type === 'ParticipantOutage' && one.agent === banks.ids[bank] && beganIn(one, since) === since,
      )!;
      const outage = bankOutage(bank, since, endOf(event, since), event, banks.count);
      outage.exposure.set(exposure);
      for (const b of reacted) outage.reacted.add(b);
      for (const number of told) outage.told.add(number);
      this.#banks[bank] = outage;
    }
    const { system_outage: since } = state;
    if (since === null) return;
    const event = this.#events.find((one) => one.type === 'SystemOutage' && beganIn(one, since) === since)!;
    this.#system = { since, until: endOf(event, since) };
  }
}

function bankOutage(bank: number, since: number, until: number, event: ParticipantOutage, banks: number): BankOutage {
  return {
    bank,
    since,
    until,
    isBlocked: event.incoming === 'block',
    isFrozen: event.central_queue === 'freeze',
    reaction: event.reaction ?? null,
    exposure: new Float64Array(banks),
    reacted: new Set(),
    told: new Set(),
  };
}

function reactTo(
  world: World,
  outage: BankOutage,
  { after_ticks, banks: who, central_queue, exposure: most }: OutageReaction,
): void {
  const { banks, clock, log } = world;
  const byTime = after_ticks !== undefined && clock.tick >= outage.since + after_ticks;
  for (let b = 0; b < banks.count; b++) {
    if (b === outage.bank || outage.reacted.has(b) || (who !== 'all' && !who.includes(banks.ids[b]!))) continue;
    const exposure = outage.exposure[b]!;
    if (!byTime && !(most !== undefined && exposure >= most)) continue;
    outage.reacted.add(b);
    log.rare('CounterpartyReaction', {
      agent_id: b,
      counterparty_id: outage.bank,
      trigger: byTime ? 'time' : 'exposure',
      exposure,
    });
    if (central_queue === 'withdraw') withdrawAll(world, b, outage.bank);
  }
}

/** Takes a bank's payments to another one back from the central queue, in queue order. */
function withdrawAll(world: World, sender: number, receiver: number): void {
  const { payments, queue2 } = world;
  const list = queue2.listOfSender(sender).filter((p) => payments.receiver[p] === receiver);
  for (const p of list) {
    const key = payments.queueKey[p]!;
    withdrawFromRtgs(world, payments.id(p));
    // Until the index is published anew, it goes on listing the payment (spec 04 §4.3).
    queue2.keepInIndex(p, key);
  }
}

function logEnd(world: World, scope: string, agent: number, since: number, count: number, value: number): void {
  world.log.rare('OutageEnded', {
    scope,
    agent_id: agent === NONE ? null : agent,
    started_tick: since,
    unsent_count: count,
    unsent_value: value,
  });
}
