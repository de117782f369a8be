import { transactionId, type EngineConfig, type Simulation } from '@simcash/engine';
import { EventLines, type EventBatch, type EventSink, type SimulationEvent, type TickResult } from '@simcash/protocol';
import { agentStates, Narrative, queueContents, transactionsOf, type EventFilter } from '@simcash/replay';
import { displayContext } from '@simcash/runs/live';
import type { RunOptions } from '../commands/run.js';
import { OutputFile } from '../files/writing.js';
import { isTold } from '../filter-options.js';
import { note, noteText, print } from '../output/streams.js';
import { narrativeStyle } from '../output/style.js';
import { tickLine } from '../output/tick-line.js';

/** What is printed and written to files while a simulation runs. */
export class Outputs implements EventSink {
  readonly #narrative: Narrative | null;
  #file: OutputFile | null = null;
  #events: EventBatch | null = null;
  readonly #lines = new EventLines();
  /** Payments that a filter names and no event has mentioned yet. */
  readonly #unseen: Set<string>;

  constructor(
    private readonly config: EngineConfig,
    private readonly options: RunOptions,
    private readonly filter: EventFilter,
  ) {
    this.#unseen = new Set(options.tx);
    const form = { filter, style: narrativeStyle(options), isShort: options.short === true };
    this.#narrative = isTold(options) ? new Narrative(displayContext(config), form) : null;
  }

  /** Creates the files, which nothing does before. */
  open(): void {
    const { eventsOut } = this.options;
    if (eventsOut !== undefined) this.#file = OutputFile.open(`--events-out ${eventsOut}`, eventsOut);
  }

  /** The log has every tick that was finished, however the run ended. */
  complete(): void {
    this.#file?.complete();
  }

  /** Takes back what {@link complete} did not finish. */
  close(): void {
    this.#file?.discard();
  }

  write(batch: EventBatch): void {
    const { jsonl } = this.options;
    if (this.#unseen.size > 0) for (const event of batch) this.#noteSeen(event);
    const file = this.#file;
    if (file !== null) {
      this.#lines.clear();
      batch.writeLines(this.#lines);
      file.write(this.#lines.view);
    }
    if (jsonl === 'events') {
      if (this.filter.passesAll) print(batch.toNdjson());
      else for (const event of batch) if (this.filter.matches(event)) print(`${JSON.stringify(event)}\n`);
    }
    if (this.#narrative) this.#events = batch.copy();
  }

  #noteSeen(event: SimulationEvent): void {
    for (const id of transactionsOf(event)) this.#unseen.delete(id);
    if (event.event_type === 'Arrival' && event.external_ref != null) this.#unseen.delete(event.external_ref);
  }

  /** A filter for a payment that never came up hides everything. */
  warnAboutUnknownPayments(): void {
    if (this.options.quiet) return;
    for (const id of this.#unseen) note(`warning: --tx ${id}: no event of this run is about such a payment`);
  }

  tick(simulation: Simulation, result: TickResult): void {
    if (this.options.jsonl === 'ticks') print(`${JSON.stringify(tickLine(result, this.config.ticks_per_day))}\n`);
    const text = this.#narrative?.render({
      result,
      events: [...(this.#events ?? [])],
      agents: agentStates(simulation.agentIds, simulation.agentColumns()),
      queues: queueContents(simulation.agentIds, simulation.queueColumns(), transactionId),
    });
    if (text) noteText(text.replace(/\n$/, ''));
  }
}
