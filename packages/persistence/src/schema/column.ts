/** What fills a column of texts: decides how it is staged and compressed, not how it is read. */
export type Content =
  /** Ids of banks. */
  | 'bank'
  /** Ids of payments. */
  | 'payment'
  /** Texts that recur. */
  | 'name'
  /** Texts that differ. */
  | 'text'
  /** The id of the row's simulation. */
  | 'simulation';

/** Declaration of a column: everything that the database, the writer, queries and the reference page know of it. */
export interface Column {
  /** The type in the database. */
  readonly type:
    | 'VARCHAR'
    | 'VARCHAR[]'
    | 'BIGINT'
    | 'BIGINT[]'
    | 'INTEGER'
    | 'UBIGINT'
    | 'DOUBLE'
    | 'BOOLEAN'
    | 'JSON'
    | 'TIMESTAMP'
    | 'WORD';
  /** What it means, and its unit; the column's comment. */
  readonly about: string;
  /** The words or numbers that it may hold. */
  readonly content?: Content;
  /** Closed list of its values. */
  readonly words?: readonly string[];
  /** May be NULL. */
  readonly optional?: true;
  /** A wall clock speaks (⏱): it takes part in no comparison of simulations. */
  readonly wallClock?: true;
  /** Says when or why a simulation was run, not what happened (◇): it takes part in no comparison either. */
  readonly context?: true;
  /** Expression over other columns; the column takes no space. */
  readonly computed?: string;
}

/** Declaration of a table. New columns come last: files that were made before get them there. */
export interface Table {
  /** What it holds, in words. */
  readonly about: string;
  /** When its rows are written. */
  readonly written: string;
  /** Lowest level at which its rows are stored; null for tables that belong to no simulation. */
  readonly level: 'SUMMARY' | 'EVENTS' | 'FULL' | null;
  /** Has so many rows that every byte and every microsecond counts: columns are compressed as their content says. */
  readonly bulk?: true;
  /** Key that the database enforces, for small tables … */
  readonly primaryKey?: readonly string[];
  /** … or that the writer guarantees and `db verify` checks: no index slows the writing of bulk tables. */
  readonly logicalKey?: readonly string[];
  /** Columns of other tables that its columns refer to. */
  readonly references?: Readonly<Record<string, string>>;
  /** The columns by name. */
  readonly columns: Readonly<Record<string, Column>>;
}

export const table = <const T extends Table>(declaration: T): T => declaration;

export const bigint = (about: string) => ({ type: 'BIGINT', about }) as const;
export const bigints = (about: string) => ({ type: 'BIGINT[]', about }) as const;
export const integer = (about: string) => ({ type: 'INTEGER', about }) as const;
export const ubigint = (about: string) => ({ type: 'UBIGINT', about }) as const;
export const double = (about: string) => ({ type: 'DOUBLE', about }) as const;
export const boolean = (about: string) => ({ type: 'BOOLEAN', about }) as const;
export const json = (about: string) => ({ type: 'JSON', content: 'text', about }) as const;
export const text = (about: string) => ({ type: 'VARCHAR', content: 'text', about }) as const;
export const name = (about: string) => ({ type: 'VARCHAR', content: 'name', about }) as const;
export const bank = (about: string) => ({ type: 'VARCHAR', content: 'bank', about }) as const;
export const banks = (about: string) => ({ type: 'VARCHAR[]', content: 'bank', about }) as const;
export const payment = (about: string) => ({ type: 'VARCHAR', content: 'payment', about }) as const;
export const payments = (about: string) => ({ type: 'VARCHAR[]', content: 'payment', about }) as const;
/** One of a closed list of words: in bulk tables an ENUM, which takes half the writing time of a text with a CHECK; else such a text. */
export const word = <const Words extends readonly string[]>(words: Words, about: string) =>
  ({ type: 'WORD', words, about }) as const;
/** A time that the data says, always UTC. */
export const instant = (about: string) => ({ type: 'TIMESTAMP', about }) as const;
/** Wall-clock time, always UTC. */
export const timestamp = (about: string) => ({ type: 'TIMESTAMP', wallClock: true, about }) as const;
export const computed = (expression: string, about: string) =>
  ({ type: 'VARCHAR', content: 'text', computed: expression, about }) as const;

export const optional = <const C extends Column>(column: C): C & { readonly optional: true } => ({ ...column, optional: true });
export const wallClock = <const C extends Column>(column: C): C & { readonly wallClock: true } => ({
  ...column,
  wallClock: true,
});
export const context = <const C extends Column>(column: C): C & { readonly context: true } => ({ ...column, context: true });

/** First column of every table with rows of simulations. */
export const simulation = { type: 'VARCHAR', content: 'simulation', about: 'the simulation that the row belongs to' } as const;

/** A value as {@link SimCashDatabase.query} gives it: money, counts and ticks are numbers, seeds bigints, times ISO texts. */
export type Value<C extends Column> = C['type'] extends 'WORD'
  ? C extends { readonly words: readonly (infer Word)[] }
    ? Word
    : never
  : C['type'] extends 'BIGINT' | 'INTEGER' | 'DOUBLE'
    ? number
    : C['type'] extends 'UBIGINT'
      ? bigint
      : C['type'] extends 'BOOLEAN'
        ? boolean
        : C['type'] extends 'VARCHAR[]'
          ? string[]
          : C['type'] extends 'BIGINT[]'
            ? number[]
            : string;

/** A row of a table. */
export type RowOf<T extends Table> = {
  -readonly [Name in keyof T['columns']]:
    Value<T['columns'][Name]> | (T['columns'][Name] extends { readonly optional: true } ? null : never);
};
