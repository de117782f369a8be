import { SaxesParser } from 'saxes';
import { FileError } from '../file-error.js';

/** What is told of a document. Paths are names of elements without their namespaces, from the root on. */
export interface XmlVisitor {
  open(path: readonly string[]): void;
  /** @param text of the element itself, without blanks around it; the first {@link LONGEST_TEXT} characters */
  close(path: readonly string[], text: string, attributes: Readonly<Record<string, string>>): void;
}

const LONGEST_TEXT = 65_537;
const DEEPEST = 100;
/** Characters between two elements, at most: a parser keeps what it has not read to the end. */
const FARTHEST = 16 * 1024 * 1024;

/**
 * Reads a document piece by piece. Document types and entities of its own are refused: they can name files and grow without end.
 *
 * @returns nothing, once for each piece: what the visitor has found until then can be taken
 * @throws FileError with line and column
 */
export function* readXml(file: string, bytes: Iterable<Uint8Array>, visitor: XmlVisitor): Generator<void> {
  const parser = new SaxesParser();
  const decoder = new TextDecoder('utf-8', { fatal: true });
  const path: string[] = [];
  const attributes: Record<string, string>[] = [];
  let text = '';
  let sinceElement = 0;
  const fail = (message: string): never => {
    throw new FileError(`${file}: ${parser.line}:${parser.column + 1}: ${message}`);
  };
  parser.on('error', ({ message }) => fail(message.replace(/^\d+:\d+: /, '')));
  parser.on('doctype', () => fail('document types are refused: messages of ISO 20022 have none'));
  parser.on('opentag', (tag) => {
    if (path.length === DEEPEST) fail(`elements lie more than ${DEEPEST} deep`);
    path.push(tag.name.slice(tag.name.indexOf(':') + 1));
    attributes.push(tag.attributes);
    text = '';
    sinceElement = 0;
    visitor.open(path);
  });
  const onText = (piece: string): void => {
    if (text.length < LONGEST_TEXT) text = `${text}${piece}`.slice(0, LONGEST_TEXT);
  };
  parser.on('text', onText);
  parser.on('cdata', onText);
  parser.on('closetag', () => {
    visitor.close(path, text.trim(), attributes.pop()!);
    path.pop();
    text = '';
    sinceElement = 0;
  });
  const write = (piece: string): void => {
    sinceElement += piece.length;
    parser.write(piece);
    if (sinceElement > FARTHEST) fail(`there is no element in ${FARTHEST} characters`);
  };
  const decoded = (chunk?: Uint8Array): string => {
    try {
      return decoder.decode(chunk, { stream: chunk !== undefined });
    } catch {
      return fail('bytes that are no UTF-8');
    }
  };
  for (const chunk of bytes) {
    write(decoded(chunk));
    yield;
  }
  write(decoded());
  parser.close();
  yield;
}
