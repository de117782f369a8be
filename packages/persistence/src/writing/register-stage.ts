import { DOUBLE, INTEGER } from '@duckdb/node-api';
import { EVENT_CODE, type EventBatch } from '@simcash/protocol';
import { NameColumn } from '../staging/name-column.js';
import { NumberColumn } from '../staging/number-column.js';
import { RowStage } from '../staging/row-stage.js';
import { Vocabulary } from '../staging/vocabulary.js';

/** Offsets of fields from the beginning of a `StateRegisterSet`. */
const [AGENT, KEY, NEW_VALUE] = [1, 2, 4] as const;

/** Rows of `agent_state_registers`: per tick, bank and key the last value, in the order in which these were set. */
export class RegisterStage {
  readonly stage;
  readonly #keys = new Vocabulary();
  readonly #set = new Map<string, { agent: number; key: number; value: number }>();

  constructor(simulationId: string, agents: Vocabulary) {
    this.stage = new RowStage('agent_state_registers', simulationId, {
      tick: new NumberColumn(INTEGER),
      agent_id: new NameColumn(agents),
      register_key: new NameColumn(this.#keys),
      register_value: new NumberColumn(DOUBLE),
    });
  }

  append(batch: EventBatch): void {
    const { starts, tape } = batch;
    for (let i = 0; i < batch.length; i++) {
      const start = starts[i]!;
      if (tape[start] !== EVENT_CODE.StateRegisterSet) continue;
      const agent = tape[start + AGENT]!;
      const key = this.#keys.code(batch.text(tape[start + KEY]!));
      const place = `${agent} ${key}`;
      this.#set.delete(place);
      this.#set.set(place, { agent, key, value: tape[start + NEW_VALUE]! });
    }
  }

  endTick(tick: number): void {
    for (const { agent, key, value } of this.#set.values()) {
      this.stage.add({ tick, agent_id: agent, register_key: key, register_value: value });
    }
    this.#set.clear();
  }
}
