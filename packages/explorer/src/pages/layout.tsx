import type { ComponentChildren, JSX } from 'preact';

/** A page: what its window is called, and what is in it. The explorer sends it as a document, the playground shows it where it runs. */
export interface Page {
  /** The title in the browser. */
  readonly title: string;
  /** What stands on the page. */
  readonly content: JSX.Element;
  /** The page that takes its place a second later, where a run is played. */
  readonly next?: string | undefined;
}

/** A page with a title. */
export const page = (title: string, content: JSX.Element, next?: string): Page => ({ title, content, next });

/** Pages of a run, in the order of the navigation. */
const PAGES = [
  ['', 'Overview'],
  ['banks', 'Banks'],
  ['queues', 'Queues'],
  ['network', 'Network'],
  ['lsm', 'Liquidity saving'],
  ['payments', 'Payments'],
  ['delay', 'Delay'],
  ['costs', 'Costs'],
  ['events', 'Events'],
  ['policies', 'Policies'],
  ['scenario', 'Scenario'],
] as const;

/** A part of a path: dots alone would be taken for the folder and the one above it, whatever their form. */
export const encoded = (part: string): string => encodeURIComponent(/^(~.*|\.\.?)$/s.test(part) ? `~${part}` : part);
export const decoded = (part: string): string => decodeURIComponent(part).replace(/^~/, '');

/** The address of a page of a run, or of a bank or payment in it, with what it is asked for; what is empty is left out. */
export function linkTo(
  run: string,
  path: string | readonly string[] = '',
  query: Readonly<Record<string, string | number | null | undefined>> = {},
): string {
  const given = Object.entries(query).flatMap(([name, value]) =>
    value === null || value === undefined || value === '' ? [] : [[name, String(value)] as [string, string]],
  );
  const parts = [run, ...(typeof path === 'string' ? [path] : path)].filter((part) => part !== '').map(encoded);
  return `/r/${parts.join('/')}${given.length === 0 ? '' : `?${new URLSearchParams(given).toString()}`}`;
}

/** The frame of the pages of a run. `tick` goes along to pages that show a tick. */
export function RunPage(props: {
  run: string;
  current: string;
  title: string;
  tick?: number | null;
  bar?: JSX.Element;
  children: ComponentChildren;
}): JSX.Element {
  const { bar, children, current, run, tick, title } = props;
  return (
    <>
      <a class="skip" href="#content">
        Skip to the content
      </a>
      <header class="bar">
        <nav aria-label="Pages of the run">
          <ol>
            <li>
              <a href="/">Runs</a>
            </li>
            {PAGES.map(([path, name]) => (
              <li key={path}>
                <a href={linkTo(run, path, { t: tick })} aria-current={path === current ? 'page' : undefined}>
                  {name}
                </a>
              </li>
            ))}
          </ol>
        </nav>
      </header>
      <main id="content">
        <h1>
          {title}{' '}
          <small class="soft">
            run <bdi>{run}</bdi>
          </small>
        </h1>
        {children}
      </main>
      {bar}
    </>
  );
}

/** A link to a bank, or to a payment, of a run. */
export const BankLink = ({ bank, run, tick }: { bank: string; run: string; tick?: number | null }): JSX.Element => (
  <a href={linkTo(run, ['banks', bank], { t: tick })}>
    <bdi>{bank}</bdi>
  </a>
);

export const PaymentLink = ({ run, tick, tx }: { run: string; tx: string; tick?: number | null }): JSX.Element => (
  <a href={linkTo(run, ['payments', tx], { t: tick })}>{tx}</a>
);
