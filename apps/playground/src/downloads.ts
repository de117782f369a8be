import { MECHANISM_GROUPS, type RunFigures } from '@simcash/pictures';
import { exactJson } from '@simcash/protocol';

/** Lets the reader keep a file. */
export function download(name: string, content: string | Blob, type = 'text/plain'): void {
  const blob = typeof content === 'string' ? new Blob([content], { type: `${type};charset=utf-8` }) : content;
  const link = document.createElement('a');
  link.href = URL.createObjectURL(blob);
  link.download = name.replaceAll(/[^\w.-]+/g, '_');
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 1000);
}

/** Figures as `simcash report --json` prints them. */
export const figuresJson = (figures: RunFigures): string => `${exactJson(figures)}\n`;

/** What happened tick by tick, in cents: a column each for what settled how, credit in use and what waits. */
export function ticksCsv({ head, liquidity, settled, sheet: { profile } }: RunFigures): string {
  const columns: [string, (tick: number) => number][] = [
    ['tick', (t) => t],
    ['value_due', (t) => profile.value_due[t]!],
    ...MECHANISM_GROUPS.map((group): [string, (tick: number) => number] => [`settled_${group}`, (t) => settled[group][t]!]),
    ['credit_used', (t) => liquidity.credit_used[t]!],
    ['waiting_in_own_queues', (t) => profile.queue1_length[t]!],
    ['waiting_centrally', (t) => profile.queue2_length[t]!],
  ];
  const rows = Array.from({ length: head.ticks }, (_, t) => columns.map(([, of]) => of(t)).join(','));
  return `${columns.map(([name]) => name).join(',')}\n${rows.join('\n')}\n`;
}
