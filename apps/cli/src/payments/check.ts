import { paymentsReport, RowsRejectedError, type PaymentsReport, type ReadPayments } from '@simcash/payments';
import { counted, csv, money } from '@simcash/protocol';
import { CommandError, inputError } from '../exit-codes.js';
import { refusal } from '../files/payment-lists.js';
import { writeText, type ForceOptions } from '../files/writing.js';
import type { GlobalOptions } from '../global-options.js';
import { json, print, say } from '../output/streams.js';
import { table } from '../output/table.js';
import { readScenarioPayments, type ScenarioFileOptions } from '../scenario-file.js';

export interface CheckOptions extends GlobalOptions, ScenarioFileOptions, ForceOptions {
  rejects?: string;
}

/** `simcash payments check`: the report; an error if a row is rejected, whatever the scenario says about that. */
export async function checkPayments(file: string, options: CheckOptions): Promise<void> {
  const { inputs, read, tables } = await readScenarioPayments(file, options);
  const found = read instanceof RowsRejectedError ? read.read : read;
  if (found === null) throw inputError(`${file} has no payments`, 'the key payments names the lists that a scenario reads');
  const report = paymentsReport(found);
  if (options.rejects !== undefined)
    writeText(`--rejects ${options.rejects}`, options.rejects, rejectsCsv(report), options, inputs);
  const { accounts, limits } = tables;
  const withTables = { ...report, ...(accounts && { accounts }), ...(limits && { limits }) };
  if (options.json) print(json(withTables));
  else say(reportText(report, found));
  if (report.rejected === 0) return;
  const { exitCode, hints, message } = refusal(new RowsRejectedError(found, found.dataSet.origin.names));
  throw new CommandError(exitCode, message, options.json ? [] : hints);
}

const rejectsCsv = ({ rejections }: PaymentsReport): string =>
  csv(
    ['source', 'row', 'line', 'column', 'code', 'value'],
    rejections.map(({ code, column, line, row, source, value }) => [source, row, line, column, code, value]),
  );

function reportText(report: PaymentsReport, { dataSet, report: { sources } }: ReadPayments): string {
  const {
    accepted,
    calendar,
    deadlines_raised: raised,
    first,
    last,
    rejected,
    rows,
    sample,
    ticks_per_day: ticks,
    value,
  } = report;
  const lines = [
    `${counted(rows, 'row')}: ${accepted} accepted, ${rejected} rejected`,
    `value      ${money(value)}`,
    ...(first === null ? [] : [`from       ${typeof first === 'number' ? `tick ${first}` : first}`]),
    ...(last === null ? [] : [`to         ${typeof last === 'number' ? `tick ${last}` : last}`]),
    `deadlines  ${raised} not after the arrival: the engine takes the tick after it`,
    ...(sample === undefined ? [] : [`drawn      ${sample.drawn.join(', ')} (seed ${sample.seed})`]),
    `SHA-256    ${report.dataset_sha256}`,
    `days       ${calendar === null ? '' : `${calendar.length} of `}${ticks} ticks`,
  ];
  const named = table(
    ['Source', 'Rows', 'Accepted', 'Rejected'],
    sources.map((source, i) => [dataSet.origin.names[i]!, source.rows, source.accepted, source.rejected]),
  );
  const days =
    calendar === null
      ? ''
      : `\n${table(
          ['Day', 'Date', 'Opening (UTC)', 'Closing (UTC)', 'Open ticks'],
          calendar.map(({ closing, date, day, open_ticks: open, opening }) => [day, date, opening, closing, open]),
        )}\n`;
  return `${lines.join('\n')}\n\n${named}\n${days}`;
}
