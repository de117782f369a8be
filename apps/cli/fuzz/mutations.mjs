/** Changes of an input: bytes in, bytes out. */

const MOST_BYTES = 16_384;

const cut = (bytes, chance) => {
  const from = Math.floor(chance() * bytes.length);
  return [from, Math.min(bytes.length, from + 1 + Math.floor(chance() ** 3 * 200))];
};
const splice = (bytes, from, to, put) => Buffer.concat([bytes.subarray(0, from), put, bytes.subarray(to)]);
const pick = (list, chance) => list[Math.floor(chance() * list.length)];

/** Places where words, numbers and signs begin and end: a piece between two of them is more often still something. */
function piece(bytes, chance) {
  const found = [...bytes.toString('latin1').matchAll(/[\w.+-]+|[^\w\s]|\n/g)];
  if (found.length === 0) return [0, 0];
  const { 0: text, index } = pick(found, chance);
  return [index, index + text.length];
}

function flip(bytes, chance) {
  const copy = Buffer.from(bytes);
  if (copy.length > 0) copy[Math.floor(chance() * copy.length)] ^= 1 << Math.floor(chance() * 8);
  return copy;
}

const CHANGES = [
  flip,
  (bytes, chance) => splice(bytes, ...cut(bytes, chance), Buffer.alloc(0)),
  (bytes, chance) => {
    const [from, to] = cut(bytes, chance);
    return splice(bytes, to, to, bytes.subarray(from, to));
  },
  (bytes, chance) => {
    const [from, to] = cut(bytes, chance);
    const [place] = cut(bytes, chance);
    return splice(bytes, place, place, bytes.subarray(from, to));
  },
  (bytes, chance, { words }) => {
    const [from] = piece(bytes, chance);
    return splice(bytes, from, from, Buffer.from(pick(words, chance)));
  },
  (bytes, chance, { words }) => splice(bytes, ...piece(bytes, chance), Buffer.from(pick(words, chance))),
  (bytes, chance) => splice(bytes, ...piece(bytes, chance), bytes.subarray(...piece(bytes, chance))),
  (bytes, chance, { corpus }) => {
    const other = pick(corpus, chance);
    return splice(bytes, ...cut(bytes, chance), other.subarray(...cut(other, chance)));
  },
  (bytes, chance, { corpus }) =>
    splice(bytes, ...piece(bytes, chance), pick(corpus, chance).subarray(...cut(pick(corpus, chance), chance))),
  (bytes, chance) => {
    const lines = bytes.toString('latin1').split('\n');
    const [i, j] = [Math.floor(chance() * lines.length), Math.floor(chance() * lines.length)];
    [lines[i], lines[j]] = [lines[j], lines[i]];
    return Buffer.from(lines.join('\n'), 'latin1');
  },
];

/** An input like another one: one change, or several. */
export function mutated(bytes, chance, material) {
  let changed = bytes;
  do changed = pick(CHANGES, chance)(changed, chance, material);
  while (chance() < 0.5);
  return changed.subarray(0, MOST_BYTES);
}

/** The smallest input with the same fault that leaving out pieces finds, the largest pieces first. */
export function smallest(bytes, isSame) {
  let least = bytes;
  for (let size = Math.ceil(least.length / 2); size >= 1; size = Math.floor(size / 2))
    for (let from = 0; from < least.length;) {
      const shorter = splice(least, from, from + size, Buffer.alloc(0));
      if (isSame(shorter)) least = shorter;
      else from += size;
    }
  return least;
}
