import { FileError } from '../file-error.js';
import type { CsvConfig } from './schema.js';

/** What is wrong with a record as such. */
export type RecordFault = 'quote' | 'encoding' | 'columns';

/** A record of a CSV file. */
export interface CsvRecord {
  /** Physical line on which it begins, from 1; null for rows of tables. */
  readonly line: number | null;
  /** Texts without their quotes, as many as the record has. */
  readonly fields: readonly string[];
  /** What is wrong with it; null if nothing is. */
  readonly fault: RecordFault | null;
  /** What is too large about it; null if nothing is. */
  readonly excess: string | null;
}

const MAX_FIELD = 65_536;
const MAX_FIELDS = 4096;
const TOO_LONG = `field longer than ${MAX_FIELD}`;

const [LF, CR] = [10, 13];
const MARK = '\u00ef\u00bb\u00bf';

/** Of the field that is being read: nothing yet, unquoted text, inside quotes, at the closing quote, behind it. */
type State = 'start' | 'plain' | 'quoted' | 'closed' | 'behind';

/**
 * Reads records out of the bytes of a file, piece by piece; only the record that is open is kept (spec 13 §3.1).
 *
 * Bytes are scanned as characters of one byte each, and a field is decoded when it is complete. A field that begins with the quote
 * ends at the next single one; a doubled one is one, and delimiters and line breaks between them are text. Lines end with LF, CRLF or
 * CR; empty lines are passed over.
 */
export class CsvReader {
  readonly #delimiter: string;
  readonly #quote: string;
  readonly #comment: string | null;
  readonly #decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });
  #isFirst = true;
  #skip: number;
  /** Bytes that may be the beginning of a delimiter, a quote or a byte order mark. */
  #rest = '';
  #line = 1;
  #recordLine = 1;
  #afterCr = false;
  #state: State = 'start';
  #field = '';
  #fields: string[] = [];
  #isQuoted = false;
  /** The latest character inside quotes was a CR. */
  #quotedCr = false;
  #firstIsQuoted = false;
  #quoteLine = 0;
  #fault: RecordFault | null = null;
  #excess: string | null = null;

  constructor(
    private readonly config: CsvConfig,
    private readonly emit: (record: CsvRecord) => void,
  ) {
    const bytes = (text: string): string => Buffer.from(text, config.encoding === 'utf-8' ? 'utf8' : 'latin1').toString('latin1');
    this.#delimiter = bytes(config.delimiter);
    this.#quote = bytes(config.quote);
    this.#comment = config.comment;
    this.#skip = config.skip_lines;
  }

  /** Takes what comes next. */
  write(chunk: Uint8Array): void {
    const text = this.#rest + Buffer.from(chunk.buffer, chunk.byteOffset, chunk.byteLength).toString('latin1');
    // What could be cut in two waits for the next piece.
    const kept =
      this.#isFirst && text.length < MARK.length ? text.length : Math.max(this.#delimiter.length, this.#quote.length) - 1;
    // A mark may reach beyond the end that it begins before.
    this.#rest = text.slice(this.#read(text, Math.max(0, text.length - kept)));
  }

  /** @throws FileError for a quote that is never closed */
  end(file: string): void {
    const rest = this.#rest;
    this.#rest = '';
    this.#read(rest, rest.length);
    if (this.#state === 'quoted') throw new FileError(`${file}: quote opened in line ${this.#quoteLine} is never closed`);
    if (this.#hasRecord) this.#endRecord();
  }

  get #hasRecord(): boolean {
    return this.#state !== 'start' || this.#fields.length > 0;
  }

  /** Reads up to a place; what follows it may be looked at. @returns where it has got to */
  #read(text: string, end: number): number {
    let i = 0;
    if (this.#isFirst && end > 0) {
      this.#isFirst = false;
      if (this.config.encoding === 'utf-8' && text.startsWith(MARK)) i = MARK.length;
    }
    let plain: number;
    while (i < end) {
      if (this.#afterCr) {
        this.#afterCr = false;
        if (text.charCodeAt(i) === LF) {
          i++;
          continue;
        }
      }
      if (this.#skip > 0) i = this.#skipLine(text, i, end);
      else if (this.#state === 'start' && this.#fields.length === 0 && (plain = this.#plainLine(text, i, end)) > i) i = plain;
      else if (this.#state === 'quoted') i = this.#inQuotes(text, i, end);
      else if (this.#state === 'closed' || this.#state === 'behind') i = this.#behindQuote(text, i);
      else i = this.#unquoted(text, i, end);
    }
    return i;
  }

  /**
   * Reads a whole line at once if nothing in it needs a closer look: no quote, no character beyond ASCII, no line break but the LF or
   * CRLF at its end. Nearly all lines of nearly all lists are such; answers where the line began for those that are not.
   */
  #plainLine(text: string, from: number, end: number): number {
    const found = text.indexOf('\n', from);
    if (found < 0 || found >= end || found - from > MAX_FIELD) return from;
    const line = text.slice(from, text.charCodeAt(found - 1) === CR && found > from ? found - 1 : found);
    if (line.length === 0 || line.includes(this.#quote) || SPECIAL.test(line)) return from;
    const fields = line.split(this.#delimiter);
    if (fields.length > MAX_FIELDS) return from;
    if (this.config.trim) for (let i = 0; i < fields.length; i++) fields[i] = trimmed(fields[i]!);
    const isComment = this.#comment !== null && fields[0]!.startsWith(this.#comment);
    const record = { line: this.#recordLine, fields, fault: null, excess: null };
    this.#line++;
    this.#recordLine = this.#line;
    if (!isComment) this.emit(record);
    return found + 1;
  }

  #skipLine(text: string, from: number, end: number): number {
    for (let i = from; i < end; i++) {
      const code = text.charCodeAt(i);
      if (code !== LF && code !== CR) continue;
      this.#newLine(code);
      this.#skip--;
      this.#recordLine = this.#line;
      return i + 1;
    }
    return end;
  }

  #unquoted(text: string, from: number, end: number): number {
    if (this.#state === 'start' && text.startsWith(this.#quote, from)) {
      this.#state = 'quoted';
      this.#isQuoted = true;
      this.#quotedCr = false;
      this.#quoteLine = this.#line;
      return from + this.#quote.length;
    }
    const first = this.#delimiter.charCodeAt(0);
    for (let i = from; i < end; i++) {
      const code = text.charCodeAt(i);
      if (code !== first && code !== LF && code !== CR) continue;
      if (code === first && !text.startsWith(this.#delimiter, i)) continue;
      if (i > from) this.#append(text, from, i);
      if (code === first) return this.#endField(i + this.#delimiter.length);
      return this.#endLine(code, i + 1);
    }
    this.#append(text, from, end);
    return end;
  }

  #inQuotes(text: string, from: number, end: number): number {
    const found = text.indexOf(this.#quote, from);
    const to = found < 0 || found >= end ? end : found;
    for (let i = from; i < to; i++) {
      const code = text.charCodeAt(i);
      // A CRLF counts once, also one that is cut in two.
      if (code === CR || (code === LF && !this.#quotedCr)) this.#line++;
      this.#quotedCr = code === CR;
    }
    const isOpen = to === end && to !== found;
    this.#append(text, from, to);
    this.#state = isOpen ? 'quoted' : 'closed';
    return isOpen ? end : to + this.#quote.length;
  }

  #behindQuote(text: string, i: number): number {
    // Only directly behind it a second one makes it a character of the field.
    if (this.#state === 'closed' && text.startsWith(this.#quote, i)) {
      this.#state = 'quoted';
      this.#quotedCr = false;
      this.#field += this.#quote;
      return i + this.#quote.length;
    }
    this.#state = 'behind';
    if (text.startsWith(this.#delimiter, i)) return this.#endField(i + this.#delimiter.length);
    const code = text.charCodeAt(i);
    if (code === LF || code === CR) return this.#endLine(code, i + 1);
    if (!(this.config.trim && (text[i] === ' ' || text[i] === '\t'))) this.#fault = 'quote';
    return i + 1;
  }

  #append(text: string, from: number, to: number): void {
    if (this.#state === 'start') this.#state = 'plain';
    const room = MAX_FIELD - this.#field.length;
    if (to - from > room && this.#excess === null) this.#excess = TOO_LONG;
    this.#field += text.slice(from, Math.min(to, from + Math.max(room, 0)));
  }

  #newLine(code: number): void {
    this.#line++;
    this.#afterCr = code === CR;
  }

  #endLine(code: number, next: number): number {
    this.#newLine(code);
    if (this.#hasRecord) this.#endRecord();
    this.#recordLine = this.#line;
    return next;
  }

  #endField(next: number): number {
    if (this.#fields.length === 0) this.#firstIsQuoted = this.#isQuoted;
    if (this.#fields.length < MAX_FIELDS) this.#fields.push(this.#decoded());
    else this.#excess ??= `more than ${MAX_FIELDS} fields`;
    this.#field = '';
    this.#state = 'start';
    this.#isQuoted = false;
    return next;
  }

  #decoded(): string {
    let text = this.#field;
    if (this.config.encoding === 'utf-8' && /[\u0080-\u00ff]/.test(text)) {
      const bytes = Buffer.from(text, 'latin1');
      try {
        text = this.#decoder.decode(bytes);
      } catch {
        this.#fault ??= 'encoding';
        text = bytes.toString('utf8');
      }
    }
    return this.config.trim ? trimmed(text) : text;
  }

  #endRecord(): void {
    this.#endField(0);
    const isComment = this.#comment !== null && !this.#firstIsQuoted && this.#fields[0]!.startsWith(this.#comment);
    // In the order of the checks (spec 13 §7.1).
    const fault = this.#excess === null || this.#fault === 'quote' ? this.#fault : 'columns';
    const record = { line: this.#recordLine, fields: this.#fields, fault, excess: this.#excess };
    this.#fields = [];
    this.#fault = this.#excess = null;
    if (!isComment) this.emit(record);
  }
}

/** A row of texts that come from no file, by the rules for those that do (spec 13 §3.2). */
export function recordOf(row: readonly (string | null)[], { trim }: Pick<CsvConfig, 'trim'>): CsvRecord {
  const fields = row.map((text) => (text === null ? '' : trim ? trimmed(text) : text));
  const isTooLong = fields.some((field) => field.length > MAX_FIELD);
  return { line: null, fields, fault: isTooLong ? 'columns' : null, excess: isTooLong ? TOO_LONG : null };
}

/** A line with these is read character by character. */
const SPECIAL = /[\r\u0080-\u00ff]/;

const isBlank = (code: number): boolean => code === 32 || code === 9;

/** Without the blanks and tabs around it. */
function trimmed(text: string): string {
  let [from, to] = [0, text.length];
  while (from < to && isBlank(text.charCodeAt(from))) from++;
  while (to > from && isBlank(text.charCodeAt(to - 1))) to--;
  return to - from === text.length ? text : text.slice(from, to);
}
