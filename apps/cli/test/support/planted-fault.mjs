/** A reader with a fault behind two conditions, each of which chance alone finds, but hardly both at once. */
export const TARGETS = [
  {
    name: 'planted',
    seeds: [Buffer.from('-----')],
    words: [...'abcdefghijklmnopqrstuvwxyz'],
    read(bytes) {
      const text = bytes.toString('latin1');
      if (!text.includes('a')) return;
      if (!text.includes('ab')) return;
      if (text.includes('abc')) throw new Error('planted');
    },
  },
];
