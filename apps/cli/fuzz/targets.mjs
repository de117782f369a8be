import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import {
  CeilingError,
  InvalidConfigError,
  parsePolicy,
  parseScenario,
  PolicyDocumentError,
  readScenarioText,
  ScenarioError,
  Simulation,
  validatePolicy,
} from '@simcash/engine';
import { Conversation, DefinitionError, planEnvironment, readDefinition } from '@simcash/environments';
import { ExperimentError, parseExperiment } from '@simcash/experiments';
import { FileError, pacsContent, PaymentsError, readPayments, readStatements } from '@simcash/payments';
import { readSweep, SweepError } from '@simcash/sweeps';
import { fileOf } from './support.mjs';

/**
 * Readers of files from strangers. Each gets any bytes, and either takes them or throws an error of its own that says why; everything
 * else that is thrown is a fault. Seeds are files of the repository, words what the format is made of.
 */

const files = (folder, ending) =>
  readdirSync(fileOf(folder), { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith(ending))
    .sort()
    .map((name) => readFileSync(path.join(fileOf(folder), name)))
    .filter(({ length }) => length < 8_192);

/** What a reader refuses in words; anything else goes on. */
function refuses(read, ...errors) {
  try {
    return read();
  } catch (error) {
    if (!errors.some((type) => error instanceof type)) throw error;
    if (error.message === '') throw new Error(`a ${error.name} without a word`, { cause: error });
    return error;
  }
}

function must(holds, what) {
  if (!holds) throw new Error(what);
}

const NUMBERS = ['0', '-1', '1e308', '1e-400', '9007199254740993', '18446744073709551616', '0.1', '.inf', '-0', '1_000'];
const YAML = [
  ': ',
  '- ',
  '\n  ',
  '{',
  '}',
  '[',
  ']',
  ',',
  '"',
  "'",
  '#',
  '&a ',
  '*a',
  '<<: *a',
  '|\n',
  '!!str ',
  '? ',
  '---\n',
  '~',
  '\t',
];

/** Words of a kind of file are the keys and constants that its seeds have, among others. */
const wordsOf = (seeds, ...more) => [
  ...new Set([...seeds.join('\n').matchAll(/[A-Za-z_]{3,40}/g)].map(([word]) => word)),
  ...more.flat(),
];

const target = (name, seeds, more, read) => ({ name, seeds, words: wordsOf(seeds, NUMBERS, more), read });

function scenario(bytes, format) {
  const source = refuses(() => readScenarioText(bytes.toString('utf8'), format), ScenarioError);
  if (source instanceof Error) return;
  const found = refuses(() => parseScenario(source.document, { exactIntegers: true }), ScenarioError);
  if (!(found instanceof Error)) {
    refuses(() => Simulation.create(found), InvalidConfigError, CeilingError);
    return;
  }
  must(found.issues.length > 0, 'an error without an issue');
  for (const { path } of found.issues) source.locate(path);
}

const BANKS = { agents: [{ id: 'NORTDEFFXXX' }, { id: 'A' }, { id: 'B' }], simulation: { num_days: 2, ticks_per_day: 40 } };
const CLOCK = { time_zone: 'Europe/Berlin', tick: '30m', opening: '01:00', closing: '18:00', first_day: '2024-03-27' };

/** Every row is taken, or told of. */
function payments(config, content) {
  const document = { ...BANKS, clock: CLOCK, payments: { on_error: 'skip', ...config } };
  const read = refuses(() => readPayments(document, content), FileError, PaymentsError);
  if (read instanceof Error) return;
  const { accepted, rejected, rows } = read.report;
  must(accepted + rejected === rows && read.dataSet.length === accepted, 'rows that are neither taken nor told of');
}

const DIALECTS = [
  {},
  { csv: { delimiter: ';', decimal: ',', thousands: '.', comment: '#', trim: true }, time: { format: '%d.%m.%Y %H:%M' } },
];

/** Lines that are talked with an environment of two banks. */
function conversation(bytes) {
  const world = parseScenario({
    simulation: { ticks_per_day: 4, num_days: 1, rng_seed: 1 },
    agents: ['A', 'B'].map((id) => ({ id, opening_balance: 1000, policy: { type: 'Fifo' } })),
  });
  const plan = planEnvironment(
    { scenario: 'x', learners: ['A'], decisions: [{ at: 'tick', action: 'release_all' }] },
    { scenario: world },
  );
  const talk = new Conversation(plan);
  for (const line of bytes.toString('utf8').split('\n').slice(0, 40)) {
    const answer = JSON.parse(talk.answer(line));
    must(typeof answer === 'object' && answer !== null, 'an answer that is no object');
  }
}

/** Files that plan runs: experiments, sweeps, environments. Each is given to the readers of the others, too. */
function plans(bytes) {
  const source = refuses(() => readScenarioText(bytes.toString('utf8')), ScenarioError);
  if (source instanceof Error) return;
  refuses(() => parseExperiment(source.document), ExperimentError);
  refuses(() => readSweep(source.document), SweepError);
  refuses(() => readDefinition(source.document), DefinitionError);
}

const corpus = (ending) => files('apps/cli/fuzz/corpus', ending);
const scenarios = [...files('docs/examples', '.yaml'), ...files('packages/engine/test/reference/scenarios', '.yaml')];
const planned = [
  ...files('docs/examples/experiments', '.yaml'),
  ...files('docs/examples/learning', '.yaml'),
  ...['liquidity-and-lsm', 'lsm-on-or-off', 'settlement-designs'].map((name) =>
    readFileSync(fileOf(`docs/examples/${name}.yaml`)),
  ),
];
const policies = [...files('docs/examples/policies', '.json'), ...files('packages/engine/test/reference/policies', '.json')];

export const TARGETS = [
  target('scenario', scenarios, YAML, (bytes) => scenario(bytes, 'yaml')),
  target('plan', planned, YAML, plans),
  target('policy', policies, ['{', '}', '[', ']', ',', ':', '"', '\\u0000', 'null'], (bytes) =>
    refuses(() => validatePolicy(parsePolicy(bytes.toString('utf8'))), PolicyDocumentError),
  ),
  target(
    'csv',
    corpus('.csv'),
    [',', ';', '\t', '"', '""', '\r\n', '\n\n', '\ufeff', '€', '24:00', '2024-03-31 02:30', '1.234,56'],
    (bytes) => DIALECTS.forEach((dialect) => payments({ file: 'pay.csv', ...dialect }, () => ({ bytes: [bytes] }))),
  ),
  target(
    'xml',
    corpus('.xml'),
    [
      '<',
      '>',
      '/>',
      '</',
      '<!--',
      '-->',
      '<![CDATA[',
      ']]>',
      '&amp;',
      '&#0;',
      '&#x10ffff;',
      '<!DOCTYPE x>',
      '<?x?>',
      '="',
      'xmlns:p="u"',
    ],
    (bytes) => {
      payments({ file: 'pay.xml', format: 'pacs' }, () => pacsContent(['pay.xml'], () => [bytes]));
      refuses(() => readStatements('s.xml', [bytes]), FileError);
    },
  ),
  target(
    'lines',
    corpus('.jsonl'),
    ['{"do":', '}', '[', ']', ',', ':', '"', '\n', '\\ud800', 'null', 'fork', 'drop', 'environment'],
    conversation,
  ),
];
