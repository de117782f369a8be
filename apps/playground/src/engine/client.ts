import type { RunFigures } from '@simcash/pictures';
import type { RunSource } from '@simcash/runs/source';
import type { Message, Method, Progress, Requests, StartedRun } from './requests.js';

/** The page's side of the worker: questions and their answers. */
export class Engine {
  readonly #worker: Worker;
  readonly #open = new Map<number, { resolve: (answer: never) => void; reject: (error: Error) => void }>();
  #next = 0;

  /** `told` hears how far runs are. */
  constructor(worker: Worker, told: (progress: Progress) => void) {
    this.#worker = worker;
    worker.addEventListener('message', ({ data }: MessageEvent<Message>) => {
      if ('progress' in data) return told(data.progress);
      const asked = this.#open.get(data.number)!;
      this.#open.delete(data.number);
      if ('error' in data) asked.reject(new Error(data.error));
      else asked.resolve(data.answer as never);
    });
  }

  ask<M extends Method>(method: M, ...given: Parameters<Requests[M]>): Promise<ReturnType<Requests[M]>> {
    const number = this.#next++;
    return new Promise((resolve, reject) => {
      this.#open.set(number, { resolve, reject });
      this.#worker.postMessage({ number, method, arguments: given }, []);
    });
  }
}

/** A run of the worker, as pages ask for it. Its figures are asked for once as long as it stands still. */
export class WorkerRun implements RunSource {
  readonly id: string;
  readonly configText: string;
  readonly policies: RunSource['policies'];
  readonly playground = null;
  readonly #engine: Engine;
  #figures: { tick: number; promise: Promise<RunFigures> } | null = null;
  /** Ticks that are over, as far as the page knows. */
  tick = 0;

  constructor(engine: Engine, { configText, id, policies }: StartedRun) {
    this.#engine = engine;
    this.id = id;
    this.configText = configText;
    this.policies = policies;
  }

  figures(): Promise<RunFigures> {
    if (this.#figures?.tick !== this.tick) this.#figures = { tick: this.tick, promise: this.#engine.ask('figures', this.id) };
    return this.#figures.promise;
  }

  payments: RunSource['payments'] = (query) => this.#engine.ask('payments', this.id, query);
  payment: RunSource['payment'] = (name) => this.#engine.ask('payment', this.id, name);
  reason: RunSource['reason'] = (tx, tick) => this.#engine.ask('reason', this.id, tx, tick);
  queues: RunSource['queues'] = (tick, bank) => this.#engine.ask('queues', this.id, tick, bank);
  events: RunSource['events'] = (query) => this.#engine.ask('events', this.id, query);
}
