import { createContext, type ComponentChildren, type JSX } from 'preact';
import { colour, DASHES } from '../palette.js';
import { pictureQuery } from '../report/queries.js';

/** Where the numbers of pictures can be had again. */
export interface Origin {
  /** The stored run that is shown. */
  readonly run: string;
  /** What stands before the name of a picture's CSV, such as `/r/demo/`; null where there are no files of data. */
  readonly files: string | null;
}

/** The origin of all pictures within; null where there is no file with the run. */
export const PictureOrigin = createContext<Origin | null>(null);

interface PictureProps {
  readonly number: string;
  /** A statement of what is shown, with its unit. */
  readonly title: string;
  /** One sentence about how to read it. */
  readonly reading: string;
  /** What was left out. */
  readonly caption?: string | undefined;
  readonly children: ComponentChildren;
  /** A table with all its values. */
  readonly data?: JSX.Element | undefined;
}

/** A picture with all that belongs to it (spec 16 R1611). */
export function Picture({ caption, children, data, number, reading, title }: PictureProps): JSX.Element {
  return (
    <figure>
      <figcaption>
        <h3>
          <span class="number">{number}</span> {title}
        </h3>
        <p class="reading">{reading}</p>
      </figcaption>
      {children}
      {caption !== undefined && <p class="caption">{caption}</p>}
      {data !== undefined && (
        <details>
          <summary>Data</summary>
          {data}
        </details>
      )}
      <PictureOrigin.Consumer>{(origin) => origin !== null && <Query {...origin} number={number} />}</PictureOrigin.Consumer>
    </figure>
  );
}

function Query({ files, number, run }: Origin & { number: string }): JSX.Element | null {
  const query = pictureQuery(number, run);
  if (query === undefined) return null;
  return (
    <>
      <details>
        <summary>SQL</summary>
        <pre>{query}</pre>
      </details>
      {files !== null && (
        <p class="caption">
          <a href={`${files}${number}.csv`} download>
            CSV
          </a>
        </p>
      )}
    </>
  );
}

/** Said where there is nothing to draw. */
export function Nothing({ number, text, title }: { number: string; title: string; text: string }): JSX.Element {
  return (
    <figure>
      <h3>
        <span class="number">{number}</span> {title}
      </h3>
      <p>{text}</p>
    </figure>
  );
}

export interface LegendEntry {
  readonly name: string;
  /** A colour of the palette, or that of the text. */
  readonly colour: number | 'ink';
  /** Number of its dashes; an area has none. */
  readonly dash?: number;
}

/** Every mark has an entry, every entry its mark (spec 16 R1612). */
export function Legend({ entries }: { entries: readonly LegendEntry[] }): JSX.Element {
  return (
    <p class="legend">
      {entries.map(({ colour: number, dash, name }) => (
        <span key={name}>
          <svg viewBox="0 0 22 10" width="22" height="10" aria-hidden="true">
            {dash === undefined ? (
              <rect x="1" y="1" width="20" height="8" fill={paint(number)} />
            ) : (
              <line
                x1="0"
                x2="22"
                y1="5"
                y2="5"
                stroke={paint(number)}
                stroke-width="2"
                stroke-dasharray={DASHES[dash % DASHES.length]}
              />
            )}
          </svg>
          {name}
        </span>
      ))}
    </p>
  );
}

const paint = (number: LegendEntry['colour']): string => (number === 'ink' ? 'var(--ink)' : colour(number));

/** Rows that a table of a picture has at most. */
const MOST_ROWS = 500;

/** The head and the rows of a table. */
export interface TableProps {
  /** Without a title a column has no head; without any the table has none. */
  readonly head: readonly string[];
  /** Texts, or what stands in their places; those of numbers are aligned to the right. */
  readonly rows: readonly (readonly ComponentChildren[])[];
  /** Columns with texts. */
  readonly texts?: readonly number[];
}

/** A table with a head. */
export function Table({ head, rows, texts = [0] }: TableProps): JSX.Element {
  const shown = rows.length > 2000 ? rows.slice(0, MOST_ROWS) : rows;
  return (
    <div class="table">
      <table>
        {head.some((title) => title !== '') && (
          <thead>
            <tr>
              {head.map((title, i) =>
                title === '' ? (
                  <td key={i} />
                ) : (
                  <th key={i} scope="col" class={texts.includes(i) ? 'text' : 'value'}>
                    {title}
                  </th>
                ),
              )}
            </tr>
          </thead>
        )}
        <tbody>
          {shown.map((row, r) => (
            <tr key={r}>
              {row.map((cell, i) => (
                <td key={i} class={texts.includes(i) ? 'text' : 'value'}>
                  {cell}
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
      {shown.length < rows.length && (
        <p class="caption">
          The first {shown.length} of {rows.length} rows; simcash report --json has all.
        </p>
      )}
    </div>
  );
}
