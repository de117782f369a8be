import { FileError } from '../file-error.js';
import type { Field } from '../source/schema.js';
import { DecimalSum } from './decimal-sum.js';
import type { PacsConfig } from './schema.js';
import { readXml, type XmlVisitor } from './xml.js';

/** Fields of a payment that messages tell, in the order of {@link readPacs}'s rows. */
export const PACS_FIELDS = [
  'external_ref',
  'time',
  'business_date',
  'sender',
  'receiver',
  'amount',
  'currency',
  'rtgs_priority',
  'deadline',
  'time_critical',
  'payment_type',
  'on_behalf_of',
] as const satisfies readonly Field[];

const REFERENCES = ['UETR', 'TxId', 'InstrId', 'EndToEndId'] as const;
const KINDS: Readonly<Record<string, string>> = { FIToFICstmrCdtTrf: 'customer', FICdtTrf: 'bank' };
const PRIORITIES: Readonly<Record<string, string>> = { HIGH: 'HighlyUrgent', URGT: 'Urgent', NORM: 'Normal' };

/** Elements that are kept, of a transaction and of the group header. */
const KEPT = new Set([
  ...REFERENCES.map((name) => `PmtId/${name}`),
  'SttlmTmIndctn/DbtDtTm',
  'AccptncDtTm',
  'CreDtTm',
  'IntrBkSttlmDt',
  'IntrBkSttlmAmt',
  'SttlmPrty',
  ...['CLSTm', 'RjctTm', 'TillTm', 'FrTm'].map((name) => `SttlmTmReq/${name}`),
  'PmtTpInf/CtgyPurp/Cd',
  ...['InstgAgt', 'InstdAgt', 'Dbtr'].flatMap((agent) => [`${agent}/FinInstnId/BICFI`, `${agent}/FinInstnId/BIC`]),
  'NbOfTxs',
  'TtlIntrBkSttlmAmt',
]);

type Elements = Map<string, string>;

/**
 * Reads the payments of `pacs.008` and `pacs.009` messages, any version, as rows of texts (spec 13 §18).
 *
 * @throws FileError for a document that is no XML, has none of these messages, or whose totals are not those of its payments
 */
export function* readPacs(file: string, bytes: Iterable<Uint8Array>, config: PacsConfig): Generator<(string | null)[]> {
  const messages = new Messages(file, config);
  for (const _ of readXml(file, bytes, messages)) yield* messages.taken();
  if (messages.count === 0) throw new FileError(`${file}: neither a pacs.008 nor a pacs.009 message`);
}

class Messages implements XmlVisitor {
  count = 0;
  #rows: (string | null)[][] = [];
  #kind = '';
  #header: Elements = new Map();
  #transaction: Elements | null = null;
  /** What is being read, and how deep it lies. */
  #open: { elements: Elements; depth: number } | null = null;
  #payments = 0;
  #sum = new DecimalSum();

  constructor(
    private readonly file: string,
    private readonly config: PacsConfig,
  ) {}

  taken(): (string | null)[][] {
    const rows = this.#rows;
    this.#rows = [];
    return rows;
  }

  open(path: readonly string[]): void {
    const name = path.at(-1)!;
    if (Object.hasOwn(KINDS, name)) {
      this.count++;
      this.#kind = KINDS[name]!;
      this.#header = new Map();
      this.#payments = 0;
      this.#sum = new DecimalSum();
    } else if (this.#kind !== '' && this.#open === null) {
      if (name === 'GrpHdr') this.#open = { elements: this.#header, depth: path.length };
      if (name === 'CdtTrfTxInf') this.#open = { elements: (this.#transaction = new Map()), depth: path.length };
    }
  }

  close(path: readonly string[], text: string, attributes: Readonly<Record<string, string>>): void {
    if (this.#open !== null) {
      const { depth, elements } = this.#open;
      if (path.length > depth) this.#keep(elements, path.slice(depth).join('/'), text, attributes);
      else this.#open = null;
      if (this.#open === null && this.#transaction !== null) this.#endTransaction(this.#transaction);
    } else if (Object.hasOwn(KINDS, path.at(-1)!)) this.#endMessage();
  }

  #keep(elements: Elements, path: string, text: string, { Ccy: currency }: Readonly<Record<string, string>>): void {
    if (text === '' || !KEPT.has(path) || elements.has(path)) return;
    elements.set(path, text);
    if (path === 'IntrBkSttlmAmt' && currency !== undefined) elements.set('Ccy', currency);
  }

  #endTransaction(own: Elements): void {
    this.#transaction = null;
    this.#payments++;
    this.#sum.add(own.get('IntrBkSttlmAmt') ?? '');
    const [header, { bic, reference }] = [this.#header, this.config];
    const first = (...paths: string[]): string | null =>
      paths.map((path) => own.get(path)).find((text) => text !== undefined) ??
      paths.map((path) => header.get(path)).find((text) => text !== undefined) ??
      null;
    const agent = (name: string): string | null =>
      first(`${name}/FinInstnId/BICFI`, `${name}/FinInstnId/BIC`)?.slice(0, bic) ?? null;
    const moment = first('SttlmTmIndctn/DbtDtTm', 'AccptncDtTm', 'CreDtTm');
    const date = first('IntrBkSttlmDt');
    const at = (time: string | null): string | null => {
      const day = date ?? moment?.slice(0, 10);
      return time === null || day === undefined ? null : `${day}T${time}`;
    };
    const continuous = first('SttlmTmReq/CLSTm');
    const purpose = first('PmtTpInf/CtgyPurp/Cd');
    const priority = first('SttlmPrty');
    const [sender, debtor] = [agent('InstgAgt'), agent('Dbtr')];
    this.#rows.push([
      first(...(reference === null ? REFERENCES : [reference]).map((name) => `PmtId/${name}`)),
      at(first('SttlmTmReq/FrTm')) ?? moment,
      date,
      sender,
      agent('InstdAgt'),
      first('IntrBkSttlmAmt'),
      own.get('Ccy') ?? null,
      priority === null ? null : (PRIORITIES[priority] ?? priority),
      at(continuous ?? first('SttlmTmReq/RjctTm', 'SttlmTmReq/TillTm')),
      continuous === null ? null : 'true',
      purpose === null ? this.#kind : `${this.#kind} ${purpose}`,
      this.#kind === 'bank' && debtor !== sender ? debtor : null,
    ]);
  }

  #endMessage(): void {
    const [count, total] = [this.#header.get('NbOfTxs'), this.#header.get('TtlIntrBkSttlmAmt')];
    this.#kind = '';
    if (count !== undefined && Number(count) !== this.#payments)
      throw new FileError(`${this.file}: a message says that it has ${count} payments, and has ${this.#payments}`);
    if (total !== undefined && !this.#sum.is(total))
      throw new FileError(`${this.file}: a message says that its payments are ${total} in all; they are ${this.#sum}`);
  }
}
