import { EVENT_CODE, type EventBatch } from '@simcash/protocol';
import { stageOf } from '../staging/stage-of.js';
import type { Vocabulary } from '../staging/vocabulary.js';

/** Offsets of fields from the beginning of a `StateRegisterSet`. */
const [AGENT, KEY, NEW_VALUE] = [1, 2, 4] as const;

/** Rows of `agent_state_registers`: per tick, bank and key the last value, in the order in which these were set. */
export class RegisterStage {
  readonly stage;
  readonly #set = new Map<string, { agent: number; key: number; value: number }>();

  constructor(simulationId: string, agents: Vocabulary) {
    this.stage = stageOf('agent_state_registers', simulationId, agents);
  }

  append(batch: EventBatch): void {
    const { starts, tape } = batch;
    for (let i = 0; i < batch.length; i++) {
      const start = starts[i]!;
      if (tape[start] !== EVENT_CODE.StateRegisterSet) continue;
      const agent = tape[start + AGENT]!;
      const key = this.stage.columns.register_key.code(batch.text(tape[start + KEY]!));
      const place = `${agent} ${key}`;
      this.#set.delete(place);
      this.#set.set(place, { agent, key, value: tape[start + NEW_VALUE]! });
    }
  }

  endTick(tick: number): void {
    for (const { agent, key, value } of this.#set.values()) {
      const { columns } = this.stage;
      this.stage.addRows(1);
      columns.tick.add(tick);
      columns.agent_id.add(agent);
      columns.register_key.add(key);
      columns.register_value.add(value);
    }
    this.#set.clear();
  }
}
