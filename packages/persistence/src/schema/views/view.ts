/** Declaration of a view: its columns in order, with what they mean. */
export interface View {
  /** What it holds, in words. */
  readonly about: string;
  /** The columns by name. */
  readonly columns: Readonly<Record<string, { readonly about: string }>>;
  /** The query. */
  readonly sql: string;
}

/** What a column means. */
export const as = (about: string): { about: string } => ({ about });
