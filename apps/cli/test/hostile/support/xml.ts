/** An element that a document has, with its attributes as they are written. */
export interface Element {
  name: string;
  attributes: Record<string, string>;
}

const NAME = String.raw`[A-Za-z_:][\w:.-]*`;
const ATTRIBUTE = new RegExp(String.raw`\s+(${NAME})\s*=\s*("[^"<]*"|'[^'<]*')`, 'y');
// oxlint-disable-next-line no-control-regex -- XML 1.0 has no such characters, written out or as references
const NO_CHARACTER = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]|[\ud800-\udfff]/u;
const REFERENCE = /&(?!(?:amp|lt|gt|quot|apos|#\d+|#x[\da-f]+);)/i;

/** Reads a document as strictly as a parser of XML would, as far as charts go. @throws Error where it is not well-formed */
export function parseXml(text: string): { elements: Element[]; texts: string[] } {
  const open: string[] = [];
  const elements: Element[] = [];
  const texts: string[] = [];
  let at = 0;
  const fail = (what: string): never => {
    throw new Error(`${what} at ${at}: ${JSON.stringify(text.slice(at, at + 80))}`);
  };
  const plain = (part: string): string => {
    if (NO_CHARACTER.test(part)) fail('a character that XML does not have');
    if (REFERENCE.test(part)) fail('an ampersand that begins nothing');
    return part;
  };
  while (at < text.length) {
    if (text[at] !== '<') {
      const end = text.indexOf('<', at);
      const part = plain(text.slice(at, end === -1 ? text.length : end));
      if (part.includes(']]>')) fail(']]>');
      if (open.length === 0 && part.trim() !== '') fail('text outside the document');
      if (part.trim() !== '') texts.push(unescaped(part));
      at += part.length;
      continue;
    }
    const closing = new RegExp(String.raw`</(${NAME})\s*>`, 'y');
    closing.lastIndex = at;
    const closed = closing.exec(text);
    if (closed) {
      if (open.pop() !== closed[1]) fail(`</${closed[1]}> closes what is not open`);
      at = closing.lastIndex;
      continue;
    }
    if (text.startsWith('<!', at)) {
      const end = text.startsWith('<![CDATA[', at) ? text.indexOf(']]>', at) + 3 : text.indexOf('>', at) + 1;
      if (end < 3) fail('no end');
      at = end;
      continue;
    }
    const opening = new RegExp(`<(${NAME})`, 'y');
    opening.lastIndex = at;
    const begun = opening.exec(text) ?? fail('no element');
    at = opening.lastIndex;
    const attributes: Record<string, string> = {};
    for (;;) {
      ATTRIBUTE.lastIndex = at;
      const found = ATTRIBUTE.exec(text);
      if (!found) break;
      if (Object.hasOwn(attributes, found[1]!)) fail('an attribute twice');
      attributes[found[1]!] = unescaped(plain(found[2]!.slice(1, -1)));
      at = ATTRIBUTE.lastIndex;
    }
    const end = /\s*(\/?)>/y;
    end.lastIndex = at;
    const ended = end.exec(text) ?? fail('an element without end');
    at = end.lastIndex;
    elements.push({ name: begun[1]!, attributes });
    if (ended[1] === '') open.push(begun[1]!);
  }
  if (open.length > 0) fail(`${open.join(', ')} not closed`);
  return { elements, texts };
}

const NAMED: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'" };

const unescaped = (text: string): string =>
  text.replace(
    /&(?:#x([\da-f]+)|#(\d+)|(\w+));/gi,
    (_, hex?: string, decimal?: string, name?: string) =>
      NAMED[name ?? ''] ?? String.fromCodePoint(hex === undefined ? Number(decimal) : Number.parseInt(hex, 16)),
  );
