/** Cells of the first table with this head; none without one. */
export function tableIn(text: string, head: readonly string[]): string[][] {
  const tables = text.split('\n\n').map((part) =>
    part
      .split('\n')
      .filter((line) => line.startsWith('|'))
      .map(cellsOf),
  );
  return tables.find(([first]) => first?.join('|') === head.join('|'))?.slice(2) ?? [];
}

const cellsOf = (line: string): string[] =>
  line
    .slice(1, -1)
    .split('|')
    .map((cell) => cell.trim());
