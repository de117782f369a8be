import Table from 'cli-table3';
import { visible } from '@simcash/protocol';

/** Columns of a terminal that a table may use at least, whatever it is written to. */
const WIDTH = 80;
const GAP = '  ';

/**
 * A plain table without frame; columns of numbers are aligned to the right. A table that is wider than the terminal is cut into blocks
 * of columns, each with the first column before it.
 */
export function table(titles: readonly string[], rows: readonly (readonly (string | number)[])[]): string {
  const head = titles.map(visible);
  const texts = rows.map((row) => row.map((value) => visible(String(value))));
  const widths = head.map((title, i) => Math.max(title.length, ...texts.map((row) => row[i]!.length)));
  const width = Math.max(WIDTH, process.stdout.isTTY ? process.stdout.columns : 0);
  return blocks(widths, width)
    .map((columns) => {
      const pick = <T>(row: readonly T[]): T[] => columns.map((i) => row[i]!);
      return block(pick(head), texts.map(pick));
    })
    .join('\n\n');
}

/** Which columns stand beside each other. */
function blocks(widths: readonly number[], width: number): number[][] {
  // A first column that wide would fill every block; better one line that wraps.
  if (widths[0]! > width / 2) return [widths.map((_, i) => i)];
  const result: number[][] = [[0]];
  let used = widths[0]!;
  for (let i = 1; i < widths.length; i++) {
    const needed = GAP.length + widths[i]!;
    if (used + needed > width && result.at(-1)!.length > 1) {
      result.push([0]);
      used = widths[0]!;
    }
    result.at(-1)!.push(i);
    used += needed;
  }
  return result;
}

function block(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const numeric = head.map((_, i) => rows.length > 0 && rows.every((row) => /^[-–\d.,% ]*$/.test(row[i]!)));
  const blank = {
    top: '',
    'top-mid': '',
    'top-left': '',
    'top-right': '',
    bottom: '',
    'bottom-mid': '',
    'bottom-left': '',
    'bottom-right': '',
  };
  const chars = { ...blank, left: '', 'left-mid': '', mid: '', 'mid-mid': '', right: '', 'right-mid': '', middle: GAP };
  const result = new Table({
    head: [...head],
    chars,
    colAligns: numeric.map((right) => (right ? 'right' : 'left')),
    style: { head: [], border: [], 'padding-left': 0, 'padding-right': 0 },
  });
  for (const row of rows) result.push([...row]);
  return result
    .toString()
    .split('\n')
    .map((line) => line.trimEnd())
    .join('\n');
}
