import type { Field } from '../source/schema.js';
import type { Texts } from './dialect.js';

/** Words in the names of columns, by field, in the order in which fields choose; the first that fits takes the column. */
const WORDS: readonly (readonly [Field, RegExp])[] = [
  [
    'external_ref',
    /^(external_?ref|ref|reference|referenz|uetr|(tx|trx|transaction|payment|msg|message)?_?id|end_?to_?end_?id)$/,
  ],
  ['business_date', /^(business|value|settlement)_?date$/],
  ['tick_of_day', /^tick_?of_?day$/],
  ['tick', /^tick$/],
  ['day', /^(day|tag)$/],
  ['deadline', /^(deadline|due|due_?time|latest|frist|till)$/],
  ['time_of_day', /^(time|zeit|uhrzeit|hour|time_?of_?day|intro(duction)?_?time)$/],
  ['date', /^(date|datum|fecha|intro(duction)?_?date)$/],
  // When a payment settled says nothing of when it arrived.
  ['time', /^(?!settle)(time_?stamp|date_?time|time|zeitpunkt|.*_(at|ts|time))$/],
  [
    'sender',
    /^(sender|from|payer|debtor|debit|source|origin|auftraggeber|send(er|ing)?_?(id|bank|bic|account|participant)?|from_?.*|payer_?.*|debtor_?.*)$/,
  ],
  [
    'receiver',
    /^(receiver|recipient|to|payee|creditor|credit|target|empf(ä|ae)nger|re(c|ceiver|cipient|ceiving)?_?(id|bank|bic|account|participant)?|to_?.*|payee_?.*|creditor_?.*)$/,
  ],
  ['amount', /^(amount|value|amt|betrag|sum|importe|montant|volume|.*_amount)$/],
  ['currency', /^(currency|ccy|cur|w(ä|ae)hrung)$/],
  ['rtgs_priority', /^(rtgs_?priority|urgency)$/],
  ['priority', /^(priority|prio|class|klasse|priorit(ä|ae)t)$/],
  ['time_critical', /^(time_?critical|critical)$/],
  ['payment_type', /^(payment_?type|type|kind|art|purpose)$/],
  ['on_behalf_of', /^(on_?behalf_?of|customer|kunde)$/],
  ['divisible', /^divisible$/],
];

/** Whether a list is one that `simcash payments export` writes: its ticks are those of a run, its amounts cents. */
export const isExport = (names: readonly string[] | null): boolean =>
  ['arrival_seq', 'tx_id', 'settlement_tick', 'outcome'].every((name) => names?.includes(name));

export type Places = Partial<Record<Field, number>>;

/** Which column is which field: by the names of the columns, then by what stands in them. */
export function guessColumns({ names, rows }: Texts): Places {
  const places: Places = {};
  const taken = new Set<number>();
  const take = (field: Field, column: number): void => {
    if (column < 0 || taken.has(column) || places[field] !== undefined) return;
    places[field] = column;
    taken.add(column);
  };
  const plain =
    names?.map((name) =>
      name
        .trim()
        .toLowerCase()
        .replaceAll(/[\s.-]+/g, '_'),
    ) ?? [];
  for (const [field, words] of WORDS)
    take(
      field,
      plain.findIndex((name, c) => !taken.has(c) && words.test(name)),
    );
  const width = rows[0]?.length ?? 0;
  const columns = Array.from({ length: width }, (_, c) => rows.slice(0, SAMPLE).map((row) => row[c]!));
  const share = (c: number, shape: RegExp): number =>
    columns[c]!.filter((text) => shape.test(text)).length / Math.max(1, columns[c]!.length);
  const first = (shape: RegExp): number => columns.findIndex((_, c) => !taken.has(c) && share(c, shape) > 0.9);
  // A column called time may hold dates, too.
  if (places.time === undefined && places.time_of_day !== undefined && share(places.time_of_day, MOMENT) > 0.9) {
    places.time = places.time_of_day;
    delete places.time_of_day;
  }
  if (places.time === undefined && places.tick === undefined && places.time_of_day === undefined) take('time', first(MOMENT));
  if (places.time === undefined && places.time_of_day === undefined) take('time_of_day', first(CLOCK));
  // The only date beside a time of day belongs to it.
  if (places.time_of_day !== undefined && places.date === undefined && places.business_date !== undefined) {
    places.date = places.business_date;
    delete places.business_date;
  }
  if (places.time_of_day !== undefined) take('date', first(DATE));
  if (places.sender === undefined || places.receiver === undefined) {
    const named = columns
      .map((_, c) => c)
      .filter((c) => !taken.has(c) && share(c, /^[\d.,:/ +-]*$/) < 0.1 && repeats(columns[c]!));
    take('sender', places.sender ?? named[0] ?? -1);
    take('receiver', places.receiver ?? named.find((c) => !taken.has(c)) ?? -1);
  }
  if (places.amount === undefined) take('amount', first(/^[+-]?\d[\d.,' ]*$/));
  return places;
}

const SAMPLE = 1000;
const MOMENT = /^\d{1,4}[-./]?\d{1,2}[-./]?\d{1,4}[T ]\d{1,2}:?\d{2}/;
const CLOCK = /^\d{1,2}:\d{2}(:\d{2}.*)?$/;
const DATE = /^(\d{4}[-/.]?\d{2}[-/.]?\d{2}|\d{1,2}[-/.]\d{1,2}[-/.]\d{4})$/;

/** Whether values come back, as names of banks do. */
const repeats = (texts: readonly string[]): boolean => new Set(texts).size <= Math.max(2, texts.length / 2);
