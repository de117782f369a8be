/** Declaration of a view: its columns in order, with what they mean. */
export interface View {
  readonly about: string;
  readonly columns: Readonly<Record<string, { readonly about: string }>>;
  readonly sql: string;
}

/** What a column means. */
export const as = (about: string): { about: string } => ({ about });
