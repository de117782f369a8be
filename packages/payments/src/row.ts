import { ArrivalTimeReader, type ArrivalTime, type Ticks } from './arrival-time.js';
import type { Columns } from './columns.js';
import type { CsvRecord } from './csv/records.js';
import { DeadlineReader } from './deadline.js';
import { AmountReader, type AmountFault } from './fields/amount.js';
import { readBoolean } from './fields/boolean.js';
import { nearest } from '@simcash/protocol';
import { RowFault } from './rejection.js';
import { RTGS_WORDS, type Field, type Mapping, type RtgsWord } from './source/schema.js';

/** A row that was taken. Money is cents; banks are positions in the list of banks. */
export interface AcceptedRow extends ArrivalTime {
  readonly sender: number;
  readonly receiver: number;
  readonly amount: number;
  /** Raw: the engine caps it. */
  readonly deadline: number;
  readonly priority: number;
  readonly rtgsPriority: RtgsWord | null;
  readonly isDivisible: boolean;
  readonly externalRef: string | null;
  readonly paymentType: string | null;
  readonly onBehalfOf: string | null;
  readonly isTimeCritical: boolean;
}

/** Turns the records of a source into payments; the first check that fails names the row (spec 13 §7.1). */
export class RowReader {
  readonly #times: ArrivalTimeReader;
  readonly #deadlines: DeadlineReader;
  readonly #amounts: AmountReader;
  readonly #bankOf: ReadonlyMap<string, number>;
  readonly #map: ReadonlyMap<string, string>;
  /** Names that are no bank, with the nearest one: lists repeat their mistakes. */
  readonly #nearest = new Map<string, string | undefined>();
  /** Fields of the row that is being read. */
  #fields: readonly string[] = [];
  readonly #text = (field: Field): string => {
    const at = this.columns.place[field];
    return at === undefined ? '' : (this.#fields[at] ?? '');
  };

  constructor(
    private readonly config: Mapping,
    private readonly columns: Columns,
    private readonly banks: readonly string[],
    ticks: Ticks,
  ) {
    this.#times = new ArrivalTimeReader(config, columns, ticks);
    this.#deadlines = new DeadlineReader(config, columns, ticks);
    this.#amounts = new AmountReader(config.amount, columns.hasNumbers ? { decimal: '.', thousands: null } : config.csv);
    this.#bankOf = new Map(banks.map((id, i) => [id, i]));
    this.#map = new Map(Object.entries(config.banks.map));
  }

  /** @throws RowFault */
  read(record: CsvRecord): AcceptedRow {
    checkForm(record, this.columns, this.config.csv.encoding);
    this.#fields = record.fields;
    const text = this.#text;
    for (const field of ['sender', 'receiver', 'amount'] as const)
      if (text(field) === '') throw new RowFault('required', field, null, `${field} is missing`);
    const time = this.#times.of(text);
    const sender = this.#bank('sender', text('sender'));
    const receiver = this.#bank('receiver', text('receiver'));
    if (sender === receiver && this.config.self_payments === 'reject')
      throw new RowFault(
        'same_bank',
        'receiver',
        text('receiver'),
        `receiver '${text('receiver')}' is the sender; self_payments: keep takes such payments`,
      );
    const amount = this.#amount(text('amount'));
    this.#checkCurrency(text('currency'));
    // Written out: spreading objects took half of the time of a row.
    return {
      tick: time.tick,
      effective: time.effective,
      own: time.own,
      sender,
      receiver,
      amount,
      priority: this.#priority(text('priority')),
      rtgsPriority: this.#rtgsPriority(text('rtgs_priority')),
      deadline: this.#deadlines.of(text('deadline'), time.tick),
      isTimeCritical: this.#boolean('time_critical', text('time_critical')),
      isDivisible: this.#boolean('divisible', text('divisible')),
      externalRef: ownText(text('external_ref')) || null,
      paymentType: text('payment_type') || null,
      onBehalfOf: text('on_behalf_of') || null,
    };
  }

  #bank(field: 'sender' | 'receiver', name: string): number {
    const id = this.#map.size === 0 ? name : (this.#map.get(name) ?? name);
    const bank = this.#bankOf.get(id);
    if (bank !== undefined) return bank;
    const suggestion = this.#nearest.has(id) ? this.#nearest.get(id) : nearest(id, this.banks);
    if (this.#nearest.size < MOST_NAMES) this.#nearest.set(id, suggestion);
    const hint = suggestion === undefined ? '' : `; did you mean '${suggestion}'?`;
    throw new RowFault(`unknown_${field}`, field, name, `${field} '${name}' is no bank of the scenario${hint}`);
  }

  #amount(text: string): number {
    const cents = this.#amounts.positive(text);
    if (typeof cents === 'number') return cents;
    throw new RowFault(cents, 'amount', text, `amount '${text}' ${AMOUNT_FAULTS[cents](this.#amounts.exponent)}`);
  }

  #checkCurrency(currency: string): void {
    const { amount } = this.config;
    if (currency !== '' && amount.currency !== null && currency !== amount.currency)
      throw new RowFault('currency', 'currency', currency, `currency '${currency}' is not ${amount.currency}`);
  }

  #priority(text: string): number {
    const { priority } = this.config;
    return text === '' ? priority.default : priorityOf(text, priority.map);
  }

  #rtgsPriority(text: string): RtgsWord | null {
    return text === '' ? null : rtgsPriorityOf(text, this.config.rtgs_priority.map);
  }

  #boolean(field: 'time_critical' | 'divisible', text: string): boolean {
    if (text === '') return false;
    const value = readBoolean(text);
    if (value === null) throw new RowFault('boolean', field, text, `${field} '${text}' is neither yes nor no`);
    return value;
  }
}

/** A record as such: quotes, number of fields, characters. @throws RowFault */
export function checkForm(
  { excess, fault, fields }: CsvRecord,
  { count, isExact }: Pick<Columns, 'count' | 'isExact'>,
  encoding: string,
): void {
  if (fault === 'quote') throw new RowFault('quote', null, null, 'text follows a closing quote');
  if (excess !== null) throw new RowFault('columns', null, excess, excess);
  if (isExact ? fields.length !== count : fields.length < count)
    throw new RowFault('columns', null, fields.length, `${fields.length} fields, expected ${isExact ? '' : 'at least '}${count}`);
  if (fault === 'encoding') throw new RowFault('encoding', null, null, `a field has bytes that are no ${encoding}`);
}

/** A text that does not keep the piece of the file alive that it was cut out of. */
function ownText(text: string): string {
  if (text.length < SHARED_FROM) return text;
  if (text.length > scratch.length || /[\u0100-\uffff]/.test(text)) return Buffer.from(text).toString();
  return scratch.toString('latin1', 0, scratch.write(text, 'latin1'));
}
const SHARED_FROM = 13;
const scratch = Buffer.allocUnsafe(256);

const MOST_NAMES = 10_000;

const AMOUNT_FAULTS: Readonly<Record<AmountFault, (exponent: number) => string>> = {
  amount_format: () => 'is no amount as csv.decimal and csv.thousands say',
  amount_precision: (exponent) => `has more than ${exponent} digits behind the mark; amount.rounding: half_up rounds them`,
  amount_not_positive: () => 'is not above zero',
  amount_range: () => `is above ${Number.MAX_SAFE_INTEGER} cents`,
};

function priorityOf(text: string, map: Readonly<Record<string, number>>): number {
  if (Object.hasOwn(map, text)) return map[text]!;
  if (/^\d{1,2}$/.test(text) && Number(text) <= 10) return Number(text);
  throw new RowFault('priority', 'priority', text, `priority '${text}' is no number from 0 to 10, and not in priority.map`);
}

function rtgsPriorityOf(text: string, map: Readonly<Record<string, RtgsWord>>): RtgsWord {
  if (Object.hasOwn(map, text)) return map[text]!;
  const known = RTGS_WORDS.find((word) => word === text);
  if (known !== undefined) return known;
  throw new RowFault(
    'rtgs_priority',
    'rtgs_priority',
    text,
    `rtgs_priority '${text}' is none of ${RTGS_WORDS.join(', ')}, and not in rtgs_priority.map`,
  );
}
