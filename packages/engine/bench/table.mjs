/** A table in plain text: the first column to the left, the others to the right. */
export function table(head, rows) {
  const cells = [head, ...rows].map((row) => row.map(String));
  const widths = head.map((_, column) => Math.max(...cells.map((row) => row[column].length)));
  const line = (row) =>
    row.map((cell, column) => (column === 0 ? cell.padEnd(widths[0]) : cell.padStart(widths[column]))).join('  ');
  const [first, ...others] = cells.map(line);
  return [first, widths.map((width) => '─'.repeat(width)).join('  '), ...others].join('\n');
}
