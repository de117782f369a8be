import path from 'node:path';
import { stringify } from 'yaml';
import { fitPayments, RowsRejectedError, type FitOptions, type PaymentsFit } from '@simcash/payments';
import { inputError, usageError } from '../exit-codes.js';
import { refusal } from '../files/payment-lists.js';
import { OutputFile, writeText, type ForceOptions } from '../files/writing.js';
import type { GlobalOptions } from '../global-options.js';
import { json, note, print, say } from '../output/streams.js';
import { table } from '../output/table.js';
import { readScenarioPayments, type ScenarioFileOptions } from '../scenario-file.js';

export interface FitCommandOptions extends GlobalOptions, ForceOptions, ScenarioFileOptions {
  buckets?: number;
  weights?: 'value' | 'count';
  profile?: 'shared' | 'per-bank';
  amounts?: 'best' | 'empirical';
  out?: string;
}

/** `simcash payments fit`: how generated payments would have to be drawn to look like those of the list. */
export async function fit(file: string, options: FitCommandOptions): Promise<void> {
  const { amounts, buckets, out, profile, weights } = options;
  if (out !== undefined && !['.yaml', '.yml', '.json'].includes(path.extname(out)))
    throw usageError(`--out ${out}: expected a .yaml or a .json file`);
  const { document, given, inputs, read } = await readScenarioPayments(file, options);
  if (out !== undefined) OutputFile.check(`--out ${out}`, out, options, inputs);
  if (read instanceof RowsRejectedError) throw refusal(read);
  if (read === null) throw inputError(`${file} has no payments`, 'the key payments names the lists that a scenario reads');
  const { calendar, list, numDays, ticksPerDay } = read;
  if (buckets !== undefined && buckets > ticksPerDay) throw usageError(`--buckets ${buckets}: a day has ${ticksPerDay} ticks`);
  const settings: FitOptions = {
    ...(amounts === undefined ? {} : { amounts }),
    ...(buckets === undefined ? {} : { buckets }),
    ...(weights === undefined ? {} : { weights }),
    ...(profile === undefined ? {} : { profile: profile === 'per-bank' ? 'per_bank' : profile }),
  };
  const openTicks = (day: number): number => calendar?.days[day]?.openTicks ?? ticksPerDay;
  const fitted = fitPayments(list, read.banks, { numDays, ticksPerDay, openTicks }, settings);
  if (out !== undefined) {
    const scenario = fittedScenario(given, document, fitted);
    const text = path.extname(out) === '.json' ? json(scenario) : stringify(scenario, { version: '1.1' });
    writeText(`--out ${out}`, out, text, options, inputs);
    if (!options.quiet) note(`${out}: the scenario with generated payments`);
  }
  const { arrival_configs: _, ...report } = fitted;
  if (options.json) print(json(report));
  else say(fitText(report));
}

/**
 * The scenario with `arrival_config` for every bank in place of `payments`, and of whatever was generated beside them. Its files of
 * accounts and limits are named as before; banks that they make are listed, as they now have arrivals.
 */
function fittedScenario(
  given: Record<string, unknown>,
  document: Record<string, unknown>,
  { arrival_configs: configs }: PaymentsFit,
): object {
  const { payments: _, ...rest } = given;
  const agents = (document.agents as ({ id: string } & Record<string, unknown>)[]).map((agent) => {
    const { arrival_bands: __, arrival_config: ___, ...own } = agent;
    return configs[agent.id] === undefined ? own : { ...own, arrival_config: configs[agent.id] };
  });
  return { ...rest, agents };
}

const BAR = 40;

function fitText({ banks, chi_squared, profile }: Omit<PaymentsFit, 'arrival_configs'>): string {
  const digits = (value: number | null | undefined, places: number): string => (value == null ? '–' : value.toFixed(places));
  const rows = Object.entries(banks).map(([bank, { aic, distribution, ks_lognormal, payments, rate_per_tick }]) => [
    bank,
    payments,
    digits(rate_per_tick, 4),
    distribution,
    digits(aic?.LogNormal, 1),
    digits(aic?.Exponential, 1),
    digits(aic?.Normal, 1),
    digits(ks_lognormal, 4),
  ]);
  const head = ['Bank', 'Payments', 'Rate per tick', 'Amounts', 'AIC lognormal', 'Exponential', 'Normal', 'KS lognormal'];
  const largest = Math.max(...profile);
  const bars = profile.map((weight, part) => {
    const length = largest === 0 ? 0 : Math.round((weight / largest) * BAR);
    return `${String(part).padStart(4)}  ${digits(weight, 4)}  ${'▇'.repeat(length)}`;
  });
  return `${table(head, rows)}

Profile of the day, its parts and their weights (1 is the mean)
${bars.join('\n')}
chi-squared ${digits(chi_squared, 2)}: how far single days are from it

Not modelled: correlation between banks, days of the week, autocorrelation, replies to received payments.
`;
}
