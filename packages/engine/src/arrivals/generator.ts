import { roundHalfAway } from '@simcash/protocol';
import { GENERATORS, hash64, poissonLimit, type Generator, type RandomStream } from '@simcash/random';
import { checkCeiling } from '../ceilings.js';
import type { Banks } from '../ledger/banks.js';
import { BANDS, type AgentConfig, type AmountDistribution, type Band, type EngineConfig } from '../scenario/config.js';
import type { World } from '../world.js';
import { amountDraw, type DrawAmount } from './amounts.js';
import { logArrivals } from './arrival.js';
import { Counterparties } from './counterparties.js';
import { bandPriorityDraw, priorityDraw, type DrawPriority } from './priorities.js';
import type { ArrivalSource } from './source.js';

/** One source of payments: a bank's `arrival_config`, or one of its bands. Rates and windows are changed by scenario events. */
export interface Stream {
  readonly sender: number;
  rate: number;
  /** By what the rate is multiplied in each of the equal parts of a day; null if it is the same all day. */
  readonly profile: Float64Array | null;
  /** What global rate changes multiply. */
  baseRate: number;
  drawAmount: DrawAmount;
  weights: Map<string, number>;
  counterparties: Counterparties;
  deadlineMin: number;
  deadlineMax: number;
  drawPriority: DrawPriority;
}

interface BankArrivals {
  /** A single stream (`arrival_config`) or up to three, urgent first (`arrival_bands`). */
  streams: Stream[];
  banded: boolean;
}

/** The generator of random numbers that a scenario has chosen. */
export const generatorOf = ({ rng = 'xorshift64star' }: EngineConfig): Generator => GENERATORS[rng];

/** Generates payments at random: the only consumer of the simulation's random numbers (spec 02 Part A). */
export class ArrivalGenerator implements ArrivalSource {
  rng: RandomStream;
  readonly #generator: Generator;
  readonly #banks: Banks;
  /** Banks in configuration order: the order in which receivers are drawn. */
  readonly #configOrder: Int32Array;
  /** Place of each bank in that order, by id. */
  readonly #places: ReadonlyMap<string, number>;
  readonly #arrivals: (BankArrivals | null)[];
  /** All streams in the order in which they are drawn; their rates and what {@link poissonLimit} makes of these, side by side. */
  readonly #streams: readonly Stream[];
  readonly #rates: Float64Array;
  readonly #limits: Float64Array;
  #ratesChanged = true;
  readonly #hasProfiles: boolean;
  /** Generators of the banks; null if all draw from one. */
  readonly #own: RandomStream[] | null;
  readonly #episodeEnd: number;
  readonly #ticksPerDay: number;
  readonly #capAtEndOfDay: boolean;

  constructor(config: EngineConfig, banks: Banks) {
    this.#generator = generatorOf(config);
    this.rng = this.#generator.fromSeed(config.rng_seed);
    this.#banks = banks;
    this.#configOrder = Int32Array.from(config.agent_configs, (agent) => banks.indexOf(agent.id));
    this.#places = new Map(config.agent_configs.map((agent, place) => [agent.id, place]));
    this.#arrivals = new Array<BankArrivals | null>(banks.count).fill(null);
    this.#episodeEnd = config.ticks_per_day * config.num_days;
    this.#ticksPerDay = config.ticks_per_day;
    this.#capAtEndOfDay = config.deadline_cap_at_eod;
    for (const agent of config.agent_configs) this.#arrivals[banks.indexOf(agent.id)] = this.#arrivalsOf(agent);
    this.#streams = this.#arrivals.flatMap((arrivals) => arrivals?.streams ?? []);
    this.#hasProfiles = this.#streams.some(({ profile }) => profile !== null);
    this.#own =
      config.random_streams === 'per_bank'
        ? banks.ids.map((id) => this.#generator.fromSeed(hash64(`${config.rng_seed}:stream:${id}`)))
        : null;
    this.#rates = new Float64Array(this.#streams.length);
    this.#limits = new Float64Array(this.#streams.length);
  }

  /** Whether any bank has arrivals at all; events that change arrivals do nothing otherwise. */
  get exists(): boolean {
    return this.#arrivals.some((arrivals) => arrivals !== null);
  }

  /**
   * Draws the payments of this tick: banks in id order, per payment amount, receiver, deadline, priority (spec 02 §2.2). They are logged
   * when all banks have had theirs (phase 4b).
   */
  arrive(world: World): number {
    const { tick } = world.clock;
    if (this.#ratesChanged || this.#hasProfiles) this.#readRates(tick % this.#ticksPerDay);
    const own = this.#own;
    const created: number[] = [];
    for (let i = 0; i < this.#streams.length; i++) {
      const stream = this.#streams[i]!;
      const rng = own === null ? this.rng : own[stream.sender]!;
      const count = rng.poisson(this.#rates[i]!, this.#limits[i]!);
      if (count > 0) this.#createArrivals(world, rng, stream, count, created);
    }
    logArrivals(world, created);
    return created.length;
  }

  #createArrivals(world: World, rng: RandomStream, stream: Stream, count: number, created: number[]): void {
    const { tick } = world.clock;
    for (let i = 0; i < count; i++) {
      const amount = stream.drawAmount(rng);
      const receiver = stream.counterparties.draw(rng);
      const deadline = this.#deadline(tick, rng.range(stream.deadlineMin, stream.deadlineMax + 1));
      const p = world.createPayment(stream.sender, receiver, amount, deadline, stream.drawPriority(rng));
      world.queue1.append(p, tick);
      created.push(p);
    }
  }

  #readRates(tickOfDay: number): void {
    this.#streams.forEach(({ profile, rate: whole, sender }, i) => {
      const rate = profile === null ? whole : whole * profile[partOf(tickOfDay, profile.length, this.#ticksPerDay)]!;
      if (rate === this.#rates[i]) return;
      checkCeiling('arrivals_per_bank_and_tick', rate, `rate of ${this.#banks.ids[sender]}`);
      this.#rates[i] = rate;
      this.#limits[i] = poissonLimit(rate);
    });
    this.#ratesChanged = false;
  }

  /** Caps a drawn deadline at the end of the run and, if asked for, at the first tick of the next day (spec 02 §5, Quirk Q203). */
  #deadline(tick: number, offset: number): number {
    let deadline = Math.min(tick + offset, this.#episodeEnd);
    if (this.#capAtEndOfDay) deadline = Math.min(deadline, (Math.floor(tick / this.#ticksPerDay) + 1) * this.#ticksPerDay);
    return Math.max(deadline, tick + 1);
  }

  /** Expected payments of a bank per tick, over all its bands; null if it has no arrivals. */
  rate(b: number): number | null {
    const arrivals = this.#arrivals[b];
    return arrivals ? arrivals.streams.reduce((sum, stream) => sum + stream.rate, 0) : null;
  }

  /** Rate of a bank with a single stream; null for bands and for banks without arrivals. */
  singleRate(b: number): number | null {
    const arrivals = this.#arrivals[b];
    return arrivals && !arrivals.banded ? arrivals.streams[0]!.rate : null;
  }

  /** Every rate becomes base rate × multiplier. */
  multiplyAllRates(multiplier: number): void {
    for (const stream of this.#streams) stream.rate = stream.baseRate * multiplier;
    this.#ratesChanged = true;
  }

  /** The bank's rates become current rate × multiplier, and that is their base from now on (Quirk Q207). */
  scaleRate(b: number, multiplier: number): void {
    for (const stream of this.#arrivals[b]?.streams ?? []) stream.rate = stream.baseRate = stream.rate * multiplier;
    this.#ratesChanged = true;
  }

  /** Sets one weight of a bank with a single stream; bands are left alone (Quirk Q306). */
  setWeight(b: number, counterparty: string, weight: number): void {
    const arrivals = this.#arrivals[b];
    if (!arrivals || arrivals.banded) return;
    const stream = arrivals.streams[0]!;
    stream.weights.set(counterparty, weight);
    stream.counterparties = this.#counterparties(b, stream.weights);
  }

  /** Multiplies the deadline windows of single streams; the window never inverts (spec 02 §12.7). */
  scaleDeadlines(minMultiplier: number | undefined, maxMultiplier: number | undefined): void {
    for (const arrivals of this.#arrivals) {
      if (!arrivals || arrivals.banded) continue;
      const stream = arrivals.streams[0]!;
      if (minMultiplier !== undefined) stream.deadlineMin = scaled(stream.deadlineMin, minMultiplier);
      if (maxMultiplier !== undefined) stream.deadlineMax = scaled(stream.deadlineMax, maxMultiplier);
      stream.deadlineMax = Math.max(stream.deadlineMin, stream.deadlineMax);
    }
  }

  /** States of the banks' own generators, for snapshots; null if all draw from one. */
  get ownStates(): string[] | null {
    return this.#own?.map(({ state }) => String(state)) ?? null;
  }

  /** The parts of a snapshot: rates, weights and windows as changed so far, per bank in id order. */
  save(): StreamState[][] {
    return this.#arrivals.map((arrivals) =>
      (arrivals?.streams ?? []).map((stream) => ({
        rate: stream.rate,
        base_rate: stream.baseRate,
        weights: [...stream.weights],
        deadline_min: stream.deadlineMin,
        deadline_max: stream.deadlineMax,
      })),
    );
  }

  /** Brings back what {@link save} gave, and the state of the random numbers. */
  load(states: StreamState[][], rngState: bigint, ownStates: readonly string[] = []): void {
    this.rng = this.#generator.fromState(rngState);
    ownStates.forEach((state, b) => this.#own?.splice(b, 1, this.#generator.fromState(BigInt(state))));
    this.#ratesChanged = true;
    states.forEach((streams, b) =>
      streams.forEach((state, i) => {
        const stream = this.#arrivals[b]!.streams[i]!;
        stream.rate = state.rate;
        stream.baseRate = state.base_rate;
        stream.weights = new Map(state.weights);
        stream.counterparties = this.#counterparties(b, stream.weights);
        stream.deadlineMin = state.deadline_min;
        stream.deadlineMax = state.deadline_max;
      }),
    );
  }

  #arrivalsOf(agent: AgentConfig): BankArrivals | null {
    const b = this.#banks.indexOf(agent.id);
    const { arrival_config: single, arrival_bands: bands } = agent;
    if (bands) {
      const streamOf = (band: Band): Stream[] => {
        const config = bands[band];
        if (!config) return [];
        const window: [number, number] = [config.deadline_offset_min, config.deadline_offset_max];
        return [this.#stream(b, { ...config, deadline_range: window }, bandPriorityDraw(band))];
      };
      return { banded: true, streams: BANDS.flatMap(streamOf) };
    }
    if (!single) return null;
    return { banded: false, streams: [this.#stream(b, single, priorityDraw(single.priority_distribution))] };
  }

  #stream(
    b: number,
    config: {
      rate_per_tick: number;
      profile?: readonly number[] | undefined;
      amount_distribution: AmountDistribution;
      counterparty_weights: Record<string, number>;
      deadline_range: [number, number];
    },
    draw: DrawPriority,
  ): Stream {
    const weights = new Map(Object.entries(config.counterparty_weights));
    return {
      sender: b,
      rate: config.rate_per_tick,
      profile: config.profile === undefined ? null : multipliers(config.profile, this.#ticksPerDay),
      baseRate: config.rate_per_tick,
      drawAmount: amountDraw(config.amount_distribution),
      weights,
      counterparties: this.#counterparties(b, weights),
      deadlineMin: config.deadline_range[0],
      deadlineMax: config.deadline_range[1],
      drawPriority: draw,
    };
  }

  #counterparties(b: number, weights: ReadonlyMap<string, number>): Counterparties {
    return new Counterparties(this.#configOrder, this.#places, this.#places.get(this.#banks.ids[b]!)!, weights);
  }
}

/** Which of the equal parts of a day a tick lies in. */
const partOf = (tickOfDay: number, parts: number, ticksPerDay: number): number => Math.floor((tickOfDay * parts) / ticksPerDay);

/** By part of the day: its weight × ticks of a day / the weights of all ticks; on average 1 (spec 13 §13.1). */
function multipliers(weights: readonly number[], ticksPerDay: number): Float64Array {
  let sum = 0;
  for (let tick = 0; tick < ticksPerDay; tick++) sum += weights[partOf(tick, weights.length, ticksPerDay)]!;
  return Float64Array.from(weights, (weight) => (weight * ticksPerDay) / sum);
}

/** An offset that is multiplied beyond all bounds stays a tick: deadlines are capped at the end of the run anyway. */
const scaled = (offset: number, multiplier: number): number => Math.min(roundHalfAway(offset * multiplier), MAX_OFFSET);
const MAX_OFFSET = 2 ** 52;

/** Mutable part of a stream, as kept in snapshots. */
export interface StreamState {
  rate: number;
  base_rate: number;
  weights: [string, number][];
  deadline_min: number;
  deadline_max: number;
}
