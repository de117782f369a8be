import { COST_COMPONENTS, type FieldKind } from '@simcash/protocol';
import { transactionId } from '../payments/identifiers.js';
import { FIRST_SINGLE_TEXT, type TickTexts } from './texts.js';

/** Reads the fields of events from a tape, one after another (the layout is described at `EventBatch` in the protocol). */
export class TapeReader {
  position = 0;

  constructor(
    readonly tape: Float64Array,
    readonly agentIds: readonly string[],
    readonly texts: TickTexts,
  ) {}

  text(code: number): string {
    return code >= FIRST_SINGLE_TEXT ? this.texts.single[code - FIRST_SINGLE_TEXT]! : this.texts.lasting[code]!;
  }

  /** The number at the position, which moves on; a negative zero becomes zero, as in a log. */
  number(): number {
    return this.tape[this.position++]! + 0;
  }

  /** The field at the position, which moves behind it. */
  field(kind: FieldKind): unknown {
    switch (kind) {
      case 'tx':
        return this.#transaction();
      case 'tx_or_null': {
        const number = this.number();
        return number === 0 ? null : transactionId(number);
      }
      case 'agent':
        return this.agentIds[this.number()];
      case 'agent_or_null':
        return this.agentIds[this.number()] ?? null;
      case 'agent_or_empty':
        return this.agentIds[this.number()] ?? '';
      case 'cents':
      case 'tick':
      case 'int':
      case 'float':
        return this.number();
      case 'cents_or_null':
      case 'int_or_null': {
        const cents = this.number();
        return Number.isNaN(cents) ? null : cents;
      }
      case 'bool':
        return this.number() === 1;
      case 'text':
        return this.text(this.number());
      case 'text_or_null': {
        const code = this.number();
        return code < 0 ? null : this.text(code);
      }
      case 'txs':
        return this.#list(() => this.#transaction());
      case 'agents':
        return this.#list(() => this.agentIds[this.number()]);
      case 'cents_list':
        return this.#list(() => this.number());
      case 'texts_or_null':
        return this.#list(() => this.text(this.number()));
      case 'costs':
        return Object.fromEntries([...COST_COMPONENTS, 'total'].map((name) => [name, this.number()]));
    }
  }

  #transaction(): string {
    const number = this.number();
    return number >= 0 ? transactionId(number) : this.text(-number - 1);
  }

  #list<T>(element: () => T): T[] | null {
    const length = this.number();
    return length < 0 ? null : Array.from({ length }, element);
  }
}
