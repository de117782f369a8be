import { comparedRuns, comparePage, messagePage, NotFoundError, partsOf, runPage, type Page } from '@simcash/explorer/pages';
import { Table, whole } from '@simcash/pictures';
import type { JSX } from 'preact';
import { useEffect, useState } from 'preact/hooks';
import type { Engine, WorkerRun } from '../engine/client.js';
import type { Progress } from '../engine/requests.js';

export interface RunEntry {
  readonly run: WorkerRun;
  readonly name: string;
  readonly progress: Progress;
  readonly totalTicks: number;
}

export interface ResultsProps {
  readonly engine: Engine;
  readonly entries: readonly RunEntry[];
  /** Where the reader is: what stands behind `#`. */
  readonly address: string;
  readonly forget: (id: string) => void;
  readonly welcome: JSX.Element;
}

/** The pages of the explorer over the runs of this page. */
export function Results({ address, engine, entries, forget, welcome }: ResultsProps): JSX.Element {
  const [shown, show] = useState<{ page: Page; address: string } | null>(null);
  // A page is made again when the reader goes somewhere, and when the run that it shows went on.
  const stands = entries.map(({ progress }) => `${progress.id} ${progress.tick} ${progress.state}`).join();
  useEffect(() => {
    let isWanted = true;
    pageAt(address, engine, entries)
      .catch((error: unknown) => messagePage((error as Error).message))
      .then((made) => isWanted && show(made === null ? null : { page: made, address }));
    return () => (isWanted = false);
  }, [address, stands]);
  useEffect(() => {
    if (shown?.page.next === undefined || shown.address !== address) return undefined;
    const timer = setTimeout(() => location.replace(`#${shown.page.next}`), 1000);
    return () => clearTimeout(timer);
  }, [shown, address]);
  useEffect(() => {
    document.title = shown === null ? 'SimCash playground' : `${shown.page.title} · SimCash playground`;
    const [, anchor] = address.split('#');
    if (anchor !== undefined) document.getElementById(anchor)?.scrollIntoView();
  }, [shown?.address]);
  if (partsOf(address.split(/[?#]/)[0]!).length === 0) return <Runs {...{ entries, forget, welcome }} />;
  return <div aria-live="polite">{shown === null ? <p class="soft">One moment …</p> : shown.page.content}</div>;
}

/** Null for the list of runs, which is no page of a run. */
async function pageAt(address: string, engine: Engine, entries: readonly RunEntry[]): Promise<Page | null> {
  const url = new URL(address.split('#')[0]!, 'http://page');
  const [first, id, ...path] = partsOf(url.pathname);
  if (first === undefined) return null;
  if (first === 'compare') return comparePage(await engine.ask('compare', comparedRuns(url.searchParams)));
  const entry = entries.find(({ run }) => run.id === id);
  if (first !== 'r' || entry === undefined) throw new NotFoundError('This run is not kept any more.');
  return runPage(entry.run, path, url.searchParams);
}

function Runs({ entries, forget, welcome }: Pick<ResultsProps, 'entries' | 'forget' | 'welcome'>): JSX.Element {
  if (entries.length === 0) return <main id="content">{welcome}</main>;
  return (
    <main id="content">
      <h1>Runs of this page</h1>
      <form class="list" method="get" action="/compare">
        <Table
          head={['Run', 'Scenario', 'Compare', 'State', 'Ticks', 'Events', '']}
          texts={[0, 1, 2, 3]}
          rows={entries.map(({ name, progress, run, totalTicks }, i) => [
            <a href={`/r/${run.id}`}>{run.id}</a>,
            <bdi>{name}</bdi>,
            <input
              type="checkbox"
              name="r"
              value={run.id}
              defaultChecked={i >= entries.length - 2}
              aria-label={`compare ${run.id}`}
            />,
            progress.state,
            `${progress.tick} of ${totalTicks}`,
            whole(progress.events),
            <button type="button" onClick={() => forget(run.id)} aria-label={`forget ${run.id}`}>
              Forget
            </button>,
          ])}
        />
        <button type="submit">Compare what is ticked</button>
      </form>
    </main>
  );
}
