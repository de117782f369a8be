import { FileError } from '../file-error.js';
import { readXml, type XmlVisitor } from './xml.js';

/** An amount of a statement as it is written; money that comes in is a credit. */
export interface StatedAmount {
  readonly text: string;
  readonly currency: string | null;
  readonly isCredit: boolean;
}

/** What moved, and all names that it has. */
interface StatementEntry extends StatedAmount {
  readonly references: readonly string[];
}

/** A statement of one account and one day: `camt.053` (spec 13 §18). */
export interface Statement {
  /** The account as the statement names it. */
  readonly account: string;
  /** BIC of whom it belongs to. */
  readonly owner: string | null;
  /** `YYYY-MM-DD` of the closing balance. */
  readonly date: string | null;
  /** At the beginning. */
  readonly opening: StatedAmount | null;
  /** At the end. */
  readonly closing: StatedAmount | null;
  /** The entries in order. */
  readonly entries: readonly StatementEntry[];
}

/** Reads statements of accounts. @throws FileError for a document that is no XML, or has no statement */
export function readStatements(file: string, bytes: Iterable<Uint8Array>): Statement[] {
  const visitor = new Statements();
  for (const _ of readXml(file, bytes, visitor));
  if (visitor.statements.length === 0) throw new FileError(`${file}: no camt.053 statement`);
  const nameless = visitor.statements.findIndex(({ account }) => account === '');
  if (nameless >= 0) throw new FileError(`${file}: statement ${nameless + 1} names no account`);
  return visitor.statements;
}

type Elements = Map<string, string>;

/** Names of a payment in an entry, and in its details. */
const REFERENCES = ['UETR', 'TxId', 'InstrId', 'EndToEndId', 'AcctSvcrRef'] as const;

/** Reads balances, entries and details of entries, each as the elements in it; the first of each name counts. */
class Statements implements XmlVisitor {
  readonly statements: Statement[] = [];
  /** What is being read from the outside in, with the depth at which each lies. */
  readonly #open: { readonly name: string; readonly depth: number; readonly elements: Elements }[] = [];
  #balances: Elements[] = [];
  #entries: StatementEntry[] = [];
  #details: Elements[] = [];

  open(path: readonly string[]): void {
    const name = path.at(-1)!;
    const [outer, expected] = [this.#open.at(-1)?.name, { Stmt: undefined, Bal: 'Stmt', Ntry: 'Stmt', TxDtls: 'Ntry' }];
    if (!Object.hasOwn(expected, name) || expected[name as keyof typeof expected] !== outer) return;
    this.#open.push({ name, depth: path.length, elements: new Map() });
    if (name === 'Stmt') [this.#balances, this.#entries] = [[], []];
    if (name === 'Ntry') this.#details = [];
  }

  close(path: readonly string[], text: string, { Ccy: currency }: Readonly<Record<string, string>>): void {
    const inner = this.#open.at(-1);
    if (inner === undefined) return;
    const { depth, elements, name } = inner;
    if (path.length > depth) {
      const key = path.slice(depth).join('/');
      if (text === '' || elements.has(key)) return;
      elements.set(key, text);
      if (key === 'Amt' && currency !== undefined) elements.set('Ccy', currency);
      return;
    }
    this.#open.pop();
    if (name === 'Bal') this.#balances.push(elements);
    else if (name === 'TxDtls') this.#details.push(elements);
    else if (name === 'Ntry') this.#endEntry(elements);
    else this.#endStatement(elements);
  }

  /** An entry of several payments is as many entries, if each has an amount. */
  #endEntry(entry: Elements): void {
    const isBatch = this.#details.length > 1 && this.#details.every((details) => details.has('Amt'));
    const parts = isBatch ? this.#details : [entry];
    for (const part of parts) {
      const details = isBatch ? [part] : this.#details;
      const references = [
        ...details.flatMap((one) => REFERENCES.map((name) => one.get(`Refs/${name}`))),
        ...(isBatch ? [] : [entry.get('AcctSvcrRef'), entry.get('NtryRef')]),
      ].filter((name) => name !== undefined);
      this.#entries.push({ ...amountOf(part, entry), references: [...new Set(references)] });
    }
  }

  #endStatement(own: Elements): void {
    const balance = (code: string): Elements | undefined =>
      this.#balances.find((elements) => elements.get('Tp/CdOrPrtry/Cd') === code);
    const [opening, closing] = [balance('OPBD'), balance('CLBD')];
    const owner = own.get('Acct/Ownr/Id/OrgId/AnyBIC') ?? own.get('Acct/Ownr/Id/OrgId/BICOrBEI');
    this.statements.push({
      account: own.get('Acct/Id/IBAN') ?? own.get('Acct/Id/Othr/Id') ?? '',
      owner: owner ?? null,
      date: (closing?.get('Dt/Dt') ?? closing?.get('Dt/DtTm') ?? own.get('FrToDt/ToDtTm'))?.slice(0, 10) ?? null,
      opening: opening === undefined ? null : amountOf(opening, opening),
      closing: closing === undefined ? null : amountOf(closing, closing),
      entries: this.#entries,
    });
  }
}

const amountOf = (elements: Elements, whole: Elements): StatedAmount => ({
  text: elements.get('Amt') ?? '',
  currency: elements.get('Ccy') ?? whole.get('Ccy') ?? null,
  isCredit: (elements.get('CdtDbtInd') ?? whole.get('CdtDbtInd')) !== 'DBIT',
});
