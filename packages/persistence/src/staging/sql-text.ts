/** A text as an SQL literal. */
export function literal(text: string): string {
  return `'${text.replaceAll("'", "''")}'`;
}

/** A staged number as an integer; NaN becomes NULL. */
export function whole(column: string): string {
  return `CASE WHEN NOT isnan(${column}) THEN CAST(${column} AS BIGINT) END`;
}
