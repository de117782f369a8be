import Table from 'cli-table3';
import { visible } from '@simcash/protocol';

/** Columns of a terminal that a table may use at least, whatever it is written to. */
const WIDTH = 80;
const GAP = '  ';

/**
 * A plain table without frame; columns of numbers are aligned to the right. A table that is wider than the terminal is cut into blocks
 * of columns, each with the columns before it that say what a row is about.
 *
 * @param keys number of these columns
 */
export function table(titles: readonly string[], rows: readonly (readonly (string | number)[])[], keys = 1): string {
  const head = titles.map(visible);
  const texts = rows.map((row) => row.map((value) => visible(String(value))));
  const widths = head.map((title, i) => Math.max(title.length, ...texts.map((row) => row[i]!.length)));
  const width = Math.max(WIDTH, process.stdout.isTTY ? process.stdout.columns : 0);
  return blocks(widths, width, keys)
    .map((columns) => {
      const pick = <T>(row: readonly T[]): T[] => columns.map((i) => row[i]!);
      return block(pick(head), texts.map(pick));
    })
    .join('\n\n');
}

/** Which columns stand beside each other. */
function blocks(widths: readonly number[], width: number, keys: number): number[][] {
  const first = Array.from({ length: Math.min(keys, widths.length) }, (_, i) => i);
  const widthOfKeys = first.reduce((sum, i) => sum + (i > 0 ? GAP.length : 0) + widths[i]!, 0);
  // Keys that wide would fill every block; better one line that wraps.
  if (widthOfKeys > width / 2) return [widths.map((_, i) => i)];
  const result: number[][] = [[...first]];
  let used = widthOfKeys;
  for (let i = first.length; i < widths.length; i++) {
    const needed = GAP.length + widths[i]!;
    if (used + needed > width && result.at(-1)!.length > first.length) {
      result.push([...first]);
      used = widthOfKeys;
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
