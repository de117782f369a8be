import { withSeed, type SettlementPlugin } from '@simcash/engine';
import { pairsOf } from '@simcash/indicators';
import { compareDesigns, type DesignComparison, type DesignEntry, type DesignOutcome } from '@simcash/runs/live';
import type { CompareDesignsOptions } from '../commands/compare-designs.js';
import { exportsOf, loadPlugins } from '../files/plugins.js';
import { OutputFile } from '../files/writing.js';
import { Progress } from '../output/progress.js';
import { json, note, print, say } from '../output/streams.js';
import { loadScenario, type LoadedScenario } from '../scenario-file.js';
import { comparisonCsv, comparisonText } from './comparison-text.js';

/** The name of a file's own design. */
const DOCUMENT = 'document';

export async function compare(file: string, names: readonly string[], options: CompareDesignsOptions): Promise<void> {
  const { design: _, ...others } = options;
  const loaded: LoadedScenario[] = [];
  for (const name of names) loaded.push(await loadScenario(file, { ...others, ...(name === DOCUMENT ? {} : { design: name }) }));
  if (!options.quiet) for (const warning of loaded[0]!.warnings) note(`warning: ${warning}`);
  const seeds = options.seeds ?? [loaded[0]!.scenario.config.rng_seed];
  const entries = names.map((name, i): DesignEntry => {
    const own = loaded[i]!.scenario;
    return { name, scenario: (seed) => withSeed(own, seed) };
  });
  const baseline = options.baseline ?? names[0]!;
  const pairs = options.pairs === undefined ? null : new PairLines(options.pairs, baseline);
  const progress = new Progress(names.length * seeds.length, 'runs', options);
  let done = 0;
  const onRun = (design: string, seed: bigint, outcome: DesignOutcome): void => {
    progress.update(++done);
    pairs?.add(design, seed, outcome);
  };
  try {
    const algorithms = await algorithmsOf(loaded, options);
    const comparison = compareDesigns(entries, seeds, { baseline, bound: options.bound ?? false, algorithms, onRun });
    progress.done();
    pairs?.complete();
    tell(comparison, loaded[0]!.file, options);
  } finally {
    progress.done();
    pairs?.close();
  }
}

async function algorithmsOf(
  loaded: readonly LoadedScenario[],
  { quiet = false }: CompareDesignsOptions,
): Promise<Readonly<Record<string, SettlementPlugin>>> {
  const all = await Promise.all(loaded.map(({ plugins, scenario }) => loadPlugins(plugins, exportsOf(scenario.config), quiet)));
  return Object.assign({}, ...all) as Readonly<Record<string, SettlementPlugin>>;
}

function tell(comparison: DesignComparison, scenario: string, options: CompareDesignsOptions): void {
  if (options.json) return print(json({ schema_version: 1, scenario, ...comparison }));
  if (options.csv) return say(comparisonCsv(comparison));
  say(comparisonText(comparison));
}

/** A line per payment, seed and design, with what became of it under the baseline. */
class PairLines {
  readonly #file: OutputFile;
  #base: DesignOutcome | null = null;

  constructor(
    file: string,
    private readonly baseline: string,
  ) {
    this.#file = OutputFile.open(`--pairs ${file}`, file);
  }

  /** The baseline comes first of every seed. */
  add(design: string, seed: bigint, outcome: DesignOutcome): void {
    if (design === this.baseline) {
      this.#base = outcome;
      return;
    }
    const { banks } = outcome.payments;
    const lines = pairsOf(this.#base!.payments, outcome.payments).pairs.map(({ arrival_seq, base, other }) =>
      JSON.stringify({
        seed: String(seed),
        design,
        arrival_seq,
        sender: banks[base.sender],
        receiver: banks[base.receiver],
        amount: base.amount,
        arrival_tick: base.arrival,
        deadline_tick: base.deadline,
        settlement_tick: other.settled,
        baseline_settlement_tick: base.settled,
      }),
    );
    this.#file.write(Buffer.from(lines.map((line) => `${line}\n`).join('')));
  }

  complete(): void {
    this.#file.complete();
  }

  close(): void {
    this.#file.discard();
  }
}
