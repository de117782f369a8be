import { FIRST_SINGLE_TEXT } from '@simcash/protocol';

/** A text as an SQL literal. */
export function literal(text: string): string {
  return `'${text.replaceAll("'", "''")}'`;
}

/** Texts as an SQL list. */
export function literals(texts: readonly string[]): string {
  return `CAST([${texts.map(literal).join(', ')}] AS VARCHAR[])`;
}

/**
 * Names behind the numbers of staged rows. The lists are connection variables; `…_json` hold the same texts as JSON strings,
 * escaped once here so that stored details are, byte for byte, what the event log prints.
 */
export function nameVariables(
  agentIds: readonly string[],
  texts: { lasting: readonly string[]; single: readonly string[] },
): string {
  const json = (names: readonly string[]): string => literals(names.map((name) => JSON.stringify(name)));
  return [
    `SET VARIABLE agents = ${literals(agentIds)}`,
    `SET VARIABLE agents_json = ${json(agentIds)}`,
    `SET VARIABLE texts = ${literals(texts.lasting)}`,
    `SET VARIABLE texts_json = ${json(texts.lasting)}`,
    `SET VARIABLE single_texts = ${literals(texts.single)}`,
    `SET VARIABLE single_texts_json = ${json(texts.single)}`,
  ].join(';\n');
}

/** Macros that turn staged numbers into names; NaN and −1 become NULL. */
export const NAME_MACROS = `
CREATE OR REPLACE TEMP MACRO whole(x) AS CASE WHEN NOT isnan(x) THEN CAST(x AS BIGINT) END;
CREATE OR REPLACE TEMP MACRO digits(x) AS CAST(CAST(x AS BIGINT) AS VARCHAR);
CREATE OR REPLACE TEMP MACRO agent_name(x) AS getvariable('agents')[CAST(x AS INTEGER) + 1];
CREATE OR REPLACE TEMP MACRO agent_json(x) AS getvariable('agents_json')[CAST(x AS INTEGER) + 1];
CREATE OR REPLACE TEMP MACRO text_name(x) AS
  CASE WHEN x < ${FIRST_SINGLE_TEXT} THEN getvariable('texts')[CAST(x AS BIGINT) + 1]
  ELSE getvariable('single_texts')[CAST(x - ${FIRST_SINGLE_TEXT} AS BIGINT) + 1] END;
CREATE OR REPLACE TEMP MACRO text_json(x) AS
  CASE WHEN x < ${FIRST_SINGLE_TEXT} THEN getvariable('texts_json')[CAST(x AS BIGINT) + 1]
  ELSE getvariable('single_texts_json')[CAST(x - ${FIRST_SINGLE_TEXT} AS BIGINT) + 1] END;
CREATE OR REPLACE TEMP MACRO tx_number_name(x) AS 'T' || CASE WHEN x < 1e8 THEN lpad(digits(x), 8, '0') ELSE digits(x) END;
CREATE OR REPLACE TEMP MACRO tx_name(x) AS CASE WHEN x >= 0 THEN tx_number_name(x) ELSE text_name(-x - 1) END;
CREATE OR REPLACE TEMP MACRO tx_json(x) AS CASE WHEN x >= 0 THEN '"' || tx_number_name(x) || '"' ELSE text_json(-x - 1) END;
CREATE OR REPLACE TEMP MACRO distinct_in_order(l) AS list_filter(l, lambda x, i: list_position(l, x) = i)`;
