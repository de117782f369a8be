import { FIRST_SINGLE_TEXT } from '@simcash/protocol';

/** A text as an SQL literal. */
export function literal(text: string): string {
  return `'${text.replaceAll("'", "''")}'`;
}

/** Texts as an SQL list. */
export function literals(texts: readonly string[]): string {
  return `CAST([${texts.map(literal).join(', ')}] AS VARCHAR[])`;
}

/** Names behind the numbers of staged rows, as variables of the connection. */
export function nameVariables(
  agentIds: readonly string[],
  texts: { lasting: readonly string[]; single: readonly string[] },
): string {
  return [
    `SET VARIABLE agents = ${literals(agentIds)}`,
    `SET VARIABLE texts = ${literals(texts.lasting)}`,
    `SET VARIABLE single_texts = ${literals(texts.single)}`,
  ].join(';\n');
}

/** Macros that turn staged numbers into names; NaN and −1 become NULL. */
export const NAME_MACROS = `
CREATE OR REPLACE TEMP MACRO whole(x) AS CASE WHEN NOT isnan(x) THEN CAST(x AS BIGINT) END;
CREATE OR REPLACE TEMP MACRO digits(x) AS CAST(CAST(x AS BIGINT) AS VARCHAR);
CREATE OR REPLACE TEMP MACRO agent_name(x) AS getvariable('agents')[CAST(x AS INTEGER) + 1];
CREATE OR REPLACE TEMP MACRO text_name(x) AS
  CASE WHEN x < ${FIRST_SINGLE_TEXT} THEN getvariable('texts')[CAST(x AS BIGINT) + 1]
  ELSE getvariable('single_texts')[CAST(x - ${FIRST_SINGLE_TEXT} AS BIGINT) + 1] END;
CREATE OR REPLACE TEMP MACRO tx_name(x) AS
  CASE WHEN x < 0 THEN text_name(-x - 1) WHEN x < 1e8 THEN 'T' || lpad(digits(x), 8, '0') ELSE 'T' || digits(x) END;
CREATE OR REPLACE TEMP MACRO distinct_in_order(l) AS list_filter(l, lambda x, i: list_position(l, x) = i)`;
