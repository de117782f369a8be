import { EVENT_CODE, EVENT_FORMS, type EventBatch, type EventLines, type FieldKind } from '@simcash/protocol';
import type { PaymentColumn } from '../staging/payment-column.js';
import { stageOf } from '../staging/stage-of.js';
import type { Vocabulary } from '../staging/vocabulary.js';
import { fieldOffsets, PARTIES } from './event-parties.js';

/** The code of its type, by the code of an event's form. */
const TYPE_CODES = EVENT_FORMS.map(({ type }) => EVENT_CODE[type]);

const BRACE = '{'.charCodeAt(0);

/** Keys in the details of a scenario event that name banks, in the order of column `agent_ids` (spec 09 §4). */
const SCENARIO_AGENTS = ['from_agent', 'to_agent', 'agent', 'counterparty', 'receiver'];

/** Rows of `simulation_events`: what an event is about from the tape, its details from its line. */
export class EventStage {
  readonly stage;
  /** Banks, by their number. */
  readonly #agents: Vocabulary;

  readonly #ticksPerDay: number;

  constructor(simulationId: string, ticksPerDay: number, agents: Vocabulary) {
    this.#agents = agents;
    this.#ticksPerDay = ticksPerDay;
    this.stage = stageOf('simulation_events', simulationId, agents);
  }

  /** Adds events with their lines, counted from `firstSeq`. */
  append(batch: EventBatch, lines: EventLines, firstSeq: number): void {
    const { day, details, event_seq, event_type, tick } = this.stage.columns;
    const base = details.append(lines.view);
    this.stage.addRows(batch.length);
    tick.addAll(batch.tick, batch.length);
    day.addAll(Math.floor(batch.tick / this.#ticksPerDay), batch.length);
    for (let i = 0; i < batch.length; i++) {
      event_seq.add(firstSeq + i);
      const code = batch.tape[batch.starts[i]!]!;
      event_type.add(TYPE_CODES[code]!);
      this.#parties(batch, batch.starts[i]!, code);
      // Details are the line without its head and its line break; the comma behind the head gives way to their brace.
      details.overwrite(base + lines.fields[i]!, BRACE);
      details.add(base + lines.fields[i]!, base + lines.ends[i]! - 1);
    }
  }

  #parties(batch: EventBatch, start: number, code: number): void {
    const { agent_id, agent_ids, tx_id, tx_ids } = this.stage.columns;
    const { agent, agents, kinds, offsets: known, transaction, transactions } = PARTIES[code]!;
    const { tape } = batch;
    const offsets = known ?? fieldOffsets(kinds, tape, start);
    agent_id.add(agent < 0 ? -1 : tape[start + offsets[agent]!]!);
    if (transaction < 0) tx_id.add(NaN);
    else addPayment(tx_id, batch, tape[start + offsets[transaction]!]!);
    for (const field of agents) this.#addAgents(batch, start + offsets[field]!, kinds[field]!);
    for (const field of transactions) this.#addPayments(batch, start + offsets[field]!, kinds[field]!);
    if (code === EVENT_CODE.ScenarioEventExecuted) this.#addScenarioParties(batch.text(tape[start + 2]!));
    agent_ids.end();
    tx_ids.end();
  }

  #addAgents(batch: EventBatch, at: number, kind: FieldKind): void {
    const { tape } = batch;
    if (kind === 'agent') return this.#addAgent(tape[at]!);
    if (kind === 'agent_or_null') return tape[at]! < 0 ? undefined : this.#addAgent(tape[at]!);
    const end = at + 1 + tape[at]!;
    for (let i = at + 1; i < end; i++) this.#addAgent(kind === 'agents' ? tape[i]! : this.#agents.code(batch.text(tape[i]!)));
  }

  #addAgent(code: number): void {
    const { agent_ids } = this.stage.columns;
    if (!agent_ids.elements.endsWith(code, agent_ids.open)) agent_ids.elements.add(code);
  }

  #addPayments(batch: EventBatch, at: number, kind: FieldKind): void {
    const { elements, open } = this.stage.columns.tx_ids;
    const { tape } = batch;
    if (kind === 'tx_or_null' && tape[at] === 0) return;
    const list = kind === 'txs';
    const end = list ? at + 1 + tape[at]! : at + 1;
    for (let i = list ? at + 1 : at, count = open; i < end; i++) {
      if (elements.endsWith(tape[i]!, count)) continue;
      addPayment(elements, batch, tape[i]!);
      count++;
    }
  }

  #addScenarioParties(detailsJson: string): void {
    const details = JSON.parse(detailsJson) as Readonly<Record<string, unknown>>;
    for (const key of SCENARIO_AGENTS) {
      const id = details[key];
      // A delay may concern all banks.
      if (typeof id === 'string' && !('delay_ticks' in details && id === 'all')) this.#addAgent(this.#agents.code(id));
    }
    if (typeof details.tx_id === 'string') this.stage.columns.tx_ids.elements.addText(details.tx_id);
  }
}

/** Settlements without payment have an id that is a text, written as a negative number. */
function addPayment(column: PaymentColumn, batch: EventBatch, number: number): void {
  if (number < 0) column.addText(batch.text(-number - 1));
  else column.add(number);
}
