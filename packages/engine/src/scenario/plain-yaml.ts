import { UNSURE } from './json-text.js';
import { plainScalar } from './py-yaml.js';

/**
 * Reads YAML as nearly all scenario files are written: mappings and sequences line by line, in them plain and quoted scalars and
 * `{ a: 1 }`, `[a, b]` that end in their line. It is unsure about all else, and about whatever might be wrong: then the text is read
 * token by token, which takes ten times as long. Every form that is read here has to come out as it does there.
 */
export function fastYaml(text: string): unknown {
  if (STRANGE.test(text)) return UNSURE;
  try {
    return new PlainYaml(text.split(/\r?\n/)).read();
  } catch {
    return UNSURE;
  }
}

/** Blanks that are none in YAML, tabs, and characters that do not print. */
// oxlint-disable-next-line no-control-regex -- they are what is looked for
const STRANGE = /[^\S \r\n]|\r(?!\n)|[\u0000-\u0008\u000e-\u001f\u007f]/;

const DASH = /^-(?: +|$)/;
/** Words, so that no key is a number; short, as YAML wants them. */
const KEY = /^([A-Za-z_][\w.-]{0,99}):(?: +|$)/;
const KEY_IN_FLOW = /([A-Za-z_][\w.-]{0,99}): +/y;
/** How a scalar without quotes begins: with no sign that means something, and with a hyphen only if it is a number. */
const BEGINS_PLAIN = /[^\s\-?:,[\]{}#&*!|>'"%@`]|-[\d.]/y;
const PLAIN_IN_FLOW = /[^,:#[\]{}]+(?::[^ ,:#[\]{}]+)*/y;
const QUOTED = /"([^"\\]*)"|'([^']*)'/y;
const BLANKS = / */y;
/** After a value: nothing, or a comment. */
const REST = /^(?: *| +#.*)$/;

const MOST_LEVELS = 50;
/** The longest word that is not its own text: `false`. */
const LONGEST_CONSTANT = 5;

class PlainYaml {
  private next = 0;
  /** What is looked at: the rest of a line, and the column where it begins; -1 at the end. */
  private rest = '';
  private column = 0;
  /** Place in the rest, for values within one line. */
  private at = 0;

  constructor(private readonly lines: readonly string[]) {}

  read(): unknown {
    this.advance();
    if (this.column !== 0 || DASH.test(this.rest)) unsure();
    return this.mapping(0);
  }

  private advance(): void {
    while (this.next < this.lines.length) {
      const line = this.lines[this.next++]!;
      const column = line.search(/[^ ]/);
      if (column === -1 || line[column] === '#') continue;
      this.column = column;
      this.rest = line.slice(column);
      return;
    }
    this.column = -1;
  }

  private block(level: number): unknown {
    if (level > MOST_LEVELS) unsure();
    return DASH.test(this.rest) ? this.sequence(level) : this.mapping(level);
  }

  private mapping(level: number): Record<string, unknown> {
    const { column } = this;
    const mapping: Record<string, unknown> = {};
    while (this.column === column) {
      const [begin, key] = KEY.exec(this.rest) ?? unsure();
      put(mapping, key!, () => {
        this.rest = this.rest.slice(begin.length);
        return this.isRestEmpty() ? this.below(column, level, true) : this.inLine();
      });
    }
    if (this.column > column) unsure();
    return mapping;
  }

  private sequence(level: number): unknown[] {
    const { column } = this;
    const list: unknown[] = [];
    while (this.column === column) {
      const dash = DASH.exec(this.rest)?.[0];
      // Also where a sequence has the column of the mapping that it is a value in.
      if (dash === undefined) break;
      this.rest = this.rest.slice(dash.length);
      if (this.isRestEmpty()) list.push(this.below(column, level, false));
      else if (KEY.test(this.rest) || DASH.test(this.rest)) {
        this.column += dash.length;
        list.push(this.block(level + 1));
      } else list.push(this.inLine());
    }
    if (this.column > column) unsure();
    return list;
  }

  private isRestEmpty(): boolean {
    return this.rest === '' || this.rest.startsWith('#');
  }

  /** The value that stands in the lines after its key or dash. */
  private below(column: number, level: number, isOfKey: boolean): unknown {
    this.advance();
    const isDeeper = this.column > column || (isOfKey && this.column === column && DASH.test(this.rest));
    return isDeeper ? this.block(level + 1) : null;
  }

  /** The value that stands in the rest of the line. */
  private inLine(): unknown {
    this.at = 0;
    const isPlain = this.take(BEGINS_PLAIN) !== null;
    this.at = 0;
    const value = isPlain ? this.plainToTheEnd() : this.flow(0);
    if (!REST.test(this.rest.slice(this.at))) unsure();
    this.advance();
    return value;
  }

  private plainToTheEnd(): unknown {
    const comment = this.rest.indexOf(' #');
    const text = (comment === -1 ? this.rest : this.rest.slice(0, comment)).trimEnd();
    if (text.endsWith(':') || text.includes(': ')) unsure();
    this.at = text.length;
    return scalar(text);
  }

  private flow(level: number): unknown {
    if (level > MOST_LEVELS) unsure();
    const quoted = this.take(QUOTED);
    if (quoted) return quoted[1] ?? quoted[2];
    if (this.eat('{')) return this.flowMapping(level);
    if (this.eat('[')) return this.flowSequence(level);
    const from = this.at;
    if (!this.take(BEGINS_PLAIN)) unsure();
    this.at = from;
    return scalar(this.take(PLAIN_IN_FLOW)![0].trimEnd());
  }

  private flowMapping(level: number): Record<string, unknown> {
    const mapping: Record<string, unknown> = {};
    if (this.eat('}')) return mapping;
    do {
      const [, key] = this.take(KEY_IN_FLOW) ?? unsure();
      put(mapping, key!, () => this.flow(level + 1));
    } while (this.eat(','));
    return this.eat('}') ? mapping : unsure();
  }

  private flowSequence(level: number): unknown[] {
    const list: unknown[] = [];
    if (this.eat(']')) return list;
    do list.push(this.flow(level + 1));
    while (this.eat(','));
    return this.eat(']') ? list : unsure();
  }

  private take(pattern: RegExp): RegExpExecArray | null {
    pattern.lastIndex = this.at;
    const found = pattern.exec(this.rest);
    if (found) this.at = pattern.lastIndex;
    return found;
  }

  /** A sign, with the blanks around it. */
  private eat(sign: string): boolean {
    const from = this.at;
    this.take(BLANKS);
    if (this.rest[this.at] !== sign) {
      this.at = from;
      return false;
    }
    this.at++;
    if (sign !== ']' && sign !== '}') this.take(BLANKS);
    return true;
  }
}

function put(mapping: Record<string, unknown>, key: string, read: () => unknown): void {
  if (typeof scalar(key) !== 'string' || key === '__proto__' || Object.hasOwn(mapping, key)) unsure();
  mapping[key] = read();
}

function scalar(text: string): unknown {
  if (/^[1-9]\d{0,14}$/.test(text)) return BigInt(text);
  if (text.length > LONGEST_CONSTANT && /^[A-Za-z]/.test(text)) return text;
  return plainScalar(text);
}

function unsure(): never {
  throw new SyntaxError();
}
