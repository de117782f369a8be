/**
 * What a terminal acts upon, what changes the order in which a text is read, and what cannot be seen. Line breaks and tabs are what
 * texts are laid out with. Written out here and not taken from the program, which is what is tested.
 */
const ACTING =
  // oxlint-disable-next-line no-control-regex -- these are what it is about
  /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u061c\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff\ufff9-\ufffb]|[\ud800-\udfff]/u;

/** JSON may have what is no control character of the first kind: its texts are to come out as they went in. */
// oxlint-disable-next-line no-control-regex -- see above
const ACTING_IN_JSON = /[\u0000-\u0008\u000b-\u001f]|[\ud800-\udfff]/u;

/** The first acting character of a text with what stands around it, readable; null if there is none. */
export const actingIn = (text: string): string | null => around(text, ACTING.exec(text)?.index);

/** The same for JSON and JSON lines. */
export const actingInJson = (text: string): string | null => around(text, ACTING_IN_JSON.exec(text)?.index);

function around(text: string, at: number | undefined): string | null {
  if (at === undefined) return null;
  const readable = JSON.stringify(text.slice(Math.max(0, at - 40), at + 20));
  return [...readable].map((c) => (c > '~' ? `\\u${c.codePointAt(0)!.toString(16).padStart(4, '0')}` : c)).join('');
}

/** Names as a stranger would choose them; each is a different one, so each can be found again. */
export const HOSTILE_NAMES: Readonly<Record<string, string>> = {
  colour: 'a\u001b[31mred',
  title: 'b\u001b]0;owned\u0007',
  clear: 'c\u001b[2J\u001b[H',
  hyperlink: 'd\u001b]8;;http://x.invalid\u001b\\click',
  'C1 control': 'e\u009b31m',
  'next line': 'f\u0085g',
  delete: 'g\u007fh',
  backspace: 'h\b\b\b\b',
  bell: 'i\u0007',
  'carriage return': 'j\rerror: all is well',
  'line break': 'k\nerror: all is well',
  tab: 'l\tm',
  'right to left': 'm\u202etxt.exe',
  isolate: 'n\u2066x\u2069',
  'arabic mark': 'o\u061c',
  'zero width': 'p\u200bq\u200d',
  'word joiner': 'q\u2060r',
  'line separator': 's\u2028t\u2029',
  annotation: 't\ufff9u\ufffb',
  equals: '=1+1',
  plus: '+1+1',
  minus: '-1+1',
  at: '@SUM(1)',
  'tab before': '\t=1+1',
  'return before': '\r=1+1',
  command: "=cmd|'/c calc'!A1",
  script: '<script>alert(1)</script>',
  attribute: '"><script>alert(1)</script>',
  entity: '&lt;&#x27;\'"',
  cdata: ']]><script>alert(1)</script><![CDATA[',
  'template text': '${7*7}{{7*7}}',
  comma: 'x,y"z"',
  parent: '../../up',
  proto: '__proto__',
  constructor: 'constructor',
  option: '--help',
  long: `z${'9'.repeat(3000)}`,
  combining: `z${'\u0301'.repeat(40)}`,
  emoji: '👩‍👩‍👧'.replaceAll('\u200d', ''),
};
