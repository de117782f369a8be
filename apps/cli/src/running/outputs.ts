import { accessSync, closeSync, constants, existsSync, openSync, statSync, writeSync } from 'node:fs';
import path from 'node:path';
import { transactionId, type EngineConfig, type Simulation } from '@simcash/engine';
import { EventLines, type EventBatch, type EventSink, type TickResult } from '@simcash/protocol';
import { agentStates, Narrative, queueContents, transactionsOf, type EventFilter } from '@simcash/replay';
import { displayContext } from '@simcash/runs';
import type { RunOptions } from '../commands/run.js';
import { CommandError, EXIT, usageError } from '../exit-codes.js';
import { note, print } from '../output/streams.js';
import { narrativeStyle } from '../output/style.js';
import { tickLine } from '../output/tick-line.js';

/** What is printed and written to files while a simulation runs. */
export class Outputs implements EventSink {
  readonly #narrative: Narrative | null;
  #file: number | null = null;
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
    this.#narrative = options.verbose ? new Narrative(displayContext(config), { filter, style: narrativeStyle(options) }) : null;
  }

  /** Creates the files, which nothing does before. */
  open(): void {
    const { eventsOut } = this.options;
    if (eventsOut !== undefined) this.#file = attempt(eventsOut, () => openSync(eventsOut, 'w'));
  }

  close(): void {
    if (this.#file !== null) closeSync(this.#file);
  }

  write(batch: EventBatch): void {
    const { eventsOut, jsonl } = this.options;
    if (this.#unseen.size > 0) for (const event of batch) for (const id of transactionsOf(event)) this.#unseen.delete(id);
    const file = this.#file;
    if (file !== null) {
      this.#lines.clear();
      batch.writeLines(this.#lines);
      attempt(eventsOut!, () => writeAll(file, this.#lines.view));
    }
    if (jsonl === 'events') {
      if (this.filter.passesAll) print(batch.toNdjson());
      else for (const event of batch) if (this.filter.matches(event)) print(`${JSON.stringify(event)}\n`);
    }
    if (this.#narrative) this.#events = batch.copy();
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
    if (text) note(text.replace(/\n$/, ''));
  }
}

/** Refuses a file that could not be written, without creating it. @throws CommandError */
export function checkWritable(file: string): void {
  try {
    accessSync(existsSync(file) ? file : path.dirname(path.resolve(file)), constants.W_OK);
  } catch (error) {
    throw usageError(`--events-out ${file} cannot be written: ${(error as Error).message}`);
  }
  if (statSync(file, { throwIfNoEntry: false })?.isDirectory()) throw usageError(`--events-out ${file} is a directory`);
}

function attempt<T>(file: string, work: () => T): T {
  try {
    return work();
  } catch (error) {
    throw new CommandError(EXIT.failure, `--events-out ${file} cannot be written: ${(error as Error).message}`);
  }
}

/** A file may take less at a time than it is given. */
function writeAll(file: number, bytes: Uint8Array): void {
  let rest = bytes;
  while (rest.length > 0) rest = rest.subarray(writeSync(file, rest));
}
