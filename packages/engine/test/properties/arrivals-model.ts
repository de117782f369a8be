import { compareIds } from './oracle.js';
import type {
  AmountDocument,
  ArrivalDocument,
  BandDocument,
  EventDocument,
  PriorityDocument,
  ScenarioDocument,
} from './scenarios.js';

/** The arrival generator as spec 01 §3 and spec 02 describe it, on bigints and one step at a time. */

const MASK = (1n << 64n) - 1n;

export class ModelRng {
  constructor(public state: bigint) {
    if (state === 0n) this.state = 1n;
  }

  next(): bigint {
    let x = this.state;
    x ^= x >> 12n;
    x = (x ^ (x << 25n)) & MASK;
    x ^= x >> 27n;
    this.state = x;
    return (x * 0x2545f4914f6cdd1dn) & MASK;
  }

  float(): number {
    return Number(this.next() >> 11n) * 2 ** -53;
  }

  /** Half-open. */
  range(min: number, max: number): number {
    return Number(BigInt(min) + (this.next() % BigInt(max - min)));
  }

  poisson(lambda: number): number {
    if (lambda <= 0) return 0;
    if (lambda > 500) {
      const blocks = Math.floor(lambda / 500);
      let sum = 0;
      for (let i = 0; i < blocks; i++) sum += this.poisson(500);
      return sum + this.poisson(lambda - 500 * blocks);
    }
    const limit = Math.exp(-lambda);
    let count = 0;
    let product = 1;
    do {
      count++;
      product *= this.float();
    } while (product > limit);
    return count - 1;
  }
}

interface Stream {
  sender: string;
  /** One of several bands of its bank, whose weights and deadlines no event changes. */
  banded: boolean;
  rate: number;
  baseRate: number;
  amounts: AmountDocument;
  weights: Map<string, number>;
  deadlines: [number, number];
  priority: (rng: ModelRng) => number;
}

export interface ModelArrival {
  sender_id: string;
  receiver_id: string;
  amount: number;
  deadline: number;
  priority: number;
}

const BANDS = { urgent: [8, 11], normal: [4, 8], low: [0, 4] } as const;

const round = (x: number): number => Math.sign(x) * Math.floor(Math.abs(x) + 0.5);

export class ArrivalModel {
  readonly rng: ModelRng;
  readonly #streams: Stream[];
  readonly #ids: string[];

  constructor(private readonly scenario: ScenarioDocument) {
    this.rng = new ModelRng(BigInt(scenario.simulation.rng_seed));
    this.#ids = scenario.agents.map(({ id }) => id);
    const sorted = [...scenario.agents].sort((x, y) => compareIds(x.id, y.id));
    this.#streams = sorted.flatMap(({ arrival_bands: bands, arrival_config: single, id }) => {
      if (single) return [singleStream(id, single)];
      return (['urgent', 'normal', 'low'] as const).flatMap((band) => (bands?.[band] ? [bandStream(id, band, bands[band])] : []));
    });
  }

  /** A bank's rate: that of its stream, or the sum over its bands; null if nothing arrives there. */
  rate(id: string): number | null {
    const streams = this.#streams.filter(({ sender }) => sender === id);
    return streams.length === 0 ? null : streams.reduce((sum, { rate }) => sum + rate, 0);
  }

  isBanded(id: string): boolean {
    return this.#streams.some(({ banded, sender }) => banded && sender === id);
  }

  /** What scenario events that change arrivals do. */
  change(event: EventDocument): void {
    switch (event.type) {
      case 'GlobalArrivalRateChange':
        for (const stream of this.#streams) stream.rate = stream.baseRate * event.multiplier;
        return;
      case 'AgentArrivalRateChange':
        for (const stream of this.#streams)
          if (stream.sender === event.agent) stream.rate = stream.baseRate = stream.rate * event.multiplier;
        return;
      case 'CounterpartyWeightChange':
        for (const stream of this.#streams) {
          if (stream.sender === event.agent && !stream.banded) stream.weights.set(event.counterparty, event.new_weight);
        }
        return;
      case 'DeadlineWindowChange':
        for (const stream of this.#streams) {
          if (stream.banded) continue;
          let [min, max] = stream.deadlines;
          if (event.min_ticks_multiplier !== undefined) min = round(min * event.min_ticks_multiplier);
          if (event.max_ticks_multiplier !== undefined) max = round(max * event.max_ticks_multiplier);
          stream.deadlines = [min, Math.max(min, max)];
        }
    }
  }

  tick(tick: number): ModelArrival[] {
    const arrivals: ModelArrival[] = [];
    for (const stream of this.#streams) {
      const count = this.rng.poisson(stream.rate);
      for (let i = 0; i < count; i++) {
        const amount = this.#amount(stream.amounts);
        const receiver_id = this.#receiver(stream);
        const deadline = this.#deadline(stream, tick);
        arrivals.push({
          sender_id: stream.sender,
          receiver_id,
          amount,
          deadline,
          priority: Math.min(stream.priority(this.rng), 10),
        });
      }
    }
    return arrivals;
  }

  #amount({ lambda, max, mean, min, std_dev, type }: AmountDocument): number {
    const { rng } = this;
    const normal = (): number => {
      const u1 = rng.float();
      const u2 = rng.float();
      return Math.sqrt(-2 * Math.log(u1)) * Math.cos(6.283185307179586 * u2);
    };
    const clamp = (raw: number, fallback: number): number => Math.max(Number.isFinite(raw) && raw > 0 ? round(raw) : fallback, 1);
    switch (type) {
      case 'Uniform':
        return rng.range(min!, max! + 1);
      case 'Normal':
        return clamp(mean! + std_dev! * normal(), 1);
      case 'LogNormal': {
        if (mean! <= 0 || std_dev! < 0) return 1;
        const variance = Math.log(1 + (std_dev! * std_dev!) / (mean! * mean!));
        const sigma = Math.sqrt(variance);
        return clamp(Math.exp(Math.log(mean!) - variance / 2 + sigma * normal()), round(mean!));
      }
      case 'Exponential':
        return clamp(-Math.log(Math.max(rng.float(), 2.2250738585072014e-308)) / lambda!, 1);
    }
  }

  #receiver({ sender, weights }: Stream): string {
    const candidates = this.#ids.filter((id) => id !== sender);
    if (weights.size === 0) return candidates[this.rng.range(0, candidates.length)]!;
    const weight = (id: string): number => weights.get(id) ?? 1;
    let target = this.rng.float() * candidates.reduce((sum, id) => sum + weight(id), 0);
    for (const id of candidates) {
      target -= weight(id);
      if (target <= 0) return id;
    }
    return candidates.at(-1)!;
  }

  #deadline({ deadlines: [min, max] }: Stream, tick: number): number {
    const { deadline_cap_at_eod, simulation } = this.scenario;
    let deadline = Math.min(tick + this.rng.range(min, max + 1), simulation.num_days * simulation.ticks_per_day);
    if (deadline_cap_at_eod)
      deadline = Math.min(deadline, (Math.floor(tick / simulation.ticks_per_day) + 1) * simulation.ticks_per_day);
    return Math.max(deadline, tick + 1);
  }
}

function singleStream(sender: string, config: ArrivalDocument): Stream {
  return {
    sender,
    banded: false,
    rate: config.rate_per_tick,
    baseRate: config.rate_per_tick,
    amounts: config.amount_distribution,
    weights: new Map(Object.entries(config.counterparty_weights)),
    deadlines: config.deadline_range,
    priority: (rng) => drawPriority(rng, config.priority_distribution ?? { type: 'Fixed', value: config.priority ?? 5 }),
  };
}

function bandStream(sender: string, band: keyof typeof BANDS, config: BandDocument): Stream {
  return {
    sender,
    banded: true,
    rate: config.rate_per_tick,
    baseRate: config.rate_per_tick,
    amounts: config.amount_distribution,
    weights: new Map(Object.entries(config.counterparty_weights ?? {})),
    deadlines: [config.deadline_offset_min, config.deadline_offset_max],
    priority: (rng) => rng.range(BANDS[band][0], BANDS[band][1]),
  };
}

function drawPriority(rng: ModelRng, { max, min, type, value, values, weights }: PriorityDocument): number {
  switch (type) {
    case 'Fixed':
      return value!;
    case 'Uniform':
      return rng.range(min!, max! + 1);
    case 'Categorical': {
      const total = weights!.reduce((sum, weight) => sum + weight, 0);
      if (total <= 0) return values![0]!;
      let target = rng.float() * total;
      for (const [i, weight] of weights!.entries()) {
        target -= weight;
        if (target <= 0) return values![i]!;
      }
      return values!.at(-1)!;
    }
  }
}
