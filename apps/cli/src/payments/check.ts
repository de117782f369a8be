import {
  localText,
  paymentsReport,
  RowsRejectedError,
  type PaymentsReport,
  type ReadPayments,
  type TableReport,
} from '@simcash/payments';
import { counted, csv, money } from '@simcash/protocol';
import { CommandError, EXIT, inputError } from '../exit-codes.js';
import { rejectionError } from '../files/payment-lists.js';
import { writeText, type ForceOptions } from '../files/writing.js';
import type { GlobalOptions } from '../global-options.js';
import { json, print, say } from '../output/streams.js';
import { table } from '../output/table.js';
import { readScenarioPayments, type ScenarioFileOptions } from '../scenario-file.js';

export interface CheckOptions extends GlobalOptions, ScenarioFileOptions, ForceOptions {
  rejects?: string;
}

/** What was read of a list, of accounts or of limits, and the files that it was read from. */
interface Checked {
  readonly name: string;
  readonly report: TableReport;
  readonly files: readonly string[];
}

/** `simcash payments check`: the report; an error if a row is rejected, whatever the scenario says about that. */
export async function checkPayments(file: string, options: CheckOptions): Promise<void> {
  const { given, inputs, read, tables } = await readScenarioPayments(file, { ...options, isStrict: false });
  const found = read instanceof RowsRejectedError ? read.read : read;
  const report = found === null ? null : paymentsReport(found);
  const ofTables = (['accounts', 'limits'] as const).flatMap((name): Checked[] =>
    tables[name] === null ? [] : [{ name, report: tables[name], files: [(given[name] as { file: string }).file] }],
  );
  if (report === null && ofTables.length === 0)
    throw inputError(`${file} has no payments`, 'the key payments names the lists that a scenario reads');
  const checked = [
    ...(report === null ? [] : [{ name: '', report, files: found!.dataSet.origin.names } satisfies Checked]),
    ...ofTables,
  ];
  if (options.rejects !== undefined)
    writeText(`--rejects ${options.rejects}`, options.rejects, rejectsCsv(checked), options, inputs);
  if (options.json) print(json({ ...report, ...Object.fromEntries(ofTables.map((one) => [one.name, one.report])) }));
  else say(`${report === null ? '' : reportText(report, found!)}${ofTables.map(tableText).join('')}`);
  const refused = checked.filter((one) => one.report.rejected > 0).map((one) => rejectionError(one.report, one.files));
  if (refused.length === 0) return;
  throw new CommandError(
    EXIT.input,
    refused.map(({ message }) => message).join('; '),
    options.json ? [] : refused.flatMap(({ hints }) => hints),
  );
}

const tableText = ({ name, report: { accepted, rejected: left, rows } }: Checked): string =>
  `${name.padEnd(10)} ${counted(rows, 'row')}: ${accepted} accepted, ${left} rejected\n`;

/** Rejections of lists have the number of their source, others the name of their table. */
const rejectsCsv = (checked: readonly Checked[]): string =>
  csv(
    ['source', 'row', 'line', 'column', 'code', 'value'],
    checked.flatMap(({ name, report: { rejections } }) =>
      rejections.map(({ code, column, line, row, source, value }) => [name || source, row, line, column, code, value]),
    ),
  );

function reportText(report: PaymentsReport, { calendar, dataSet, report: { sources } }: ReadPayments): string {
  const { accepted, deadlines_raised: raised, first, last, rejected, rows, sample, ticks_per_day: ticks, value } = report;
  const moment = (time: string | number, index: number): string => {
    if (typeof time === 'number') return `tick ${time}`;
    return calendar === null ? time : localText(calendar, dataSet.instantAt(index));
  };
  const lines = [
    `${counted(rows, 'row')}: ${accepted} accepted, ${rejected} rejected`,
    `value      ${money(value)}`,
    ...(first === null ? [] : [`from       ${moment(first, 0)}`]),
    ...(last === null ? [] : [`to         ${moment(last, dataSet.length - 1)}`]),
    `deadlines  ${raised} not after the arrival: the engine takes the tick after it`,
    ...(sample === undefined ? [] : [`drawn      ${sample.drawn.join(', ')} (seed ${sample.seed})`]),
    `SHA-256    ${report.dataset_sha256}`,
    calendar === null
      ? `days       of ${ticks} ticks`
      : `days       ${calendar.days.length} of ${ticks} ticks at most; times are those of ${calendar.zone.name}`,
  ];
  const named = table(
    ['Source', 'Rows', 'Accepted', 'Rejected'],
    sources.map((source, i) => [dataSet.origin.names[i]!, source.rows, source.accepted, source.rejected]),
  );
  const days =
    calendar === null
      ? ''
      : `\n${table(
          ['Day', 'Opening', 'Closing', 'Open ticks'],
          calendar.days.map(({ closing, day, openTicks, opening }) => [
            day,
            localText(calendar, opening),
            localText(calendar, closing),
            openTicks,
          ]),
        )}\n`;
  return `${lines.join('\n')}\n\n${named}\n${days}`;
}
