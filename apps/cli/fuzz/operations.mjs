/**
 * What is killed, and what has to hold afterwards. Each operation makes what it needs in a folder, does its work as one command, and
 * looks after a kill at what is left: it gives a word about that, or throws where something is wrong.
 */
import { existsSync, readFileSync, readdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { gunzipSync } from 'node:zlib';
import { fileOf, output, sha256, simcash } from './support.mjs';

const DEMO = fileOf('docs/examples/scenarios/demo.yaml');
const EXPERIMENT = fileOf('docs/examples/experiments/exp1.yaml');
const OLD = fileOf('packages/persistence/test/fixtures/schema-2.duckdb.gz');

function must(holds, what) {
  if (!holds) throw new Error(what);
}

const json = (args, cwd) => JSON.parse(output([...args, '--json'], cwd));

/** The database opens, and what is in it adds up. */
function sound(db, cwd) {
  output(['db', 'check', '--db', db], cwd);
  output(['db', 'verify', '--db', db], cwd);
}

const eventsOf = (id, db, cwd) => sha256(output(['events', id, '--db', db], cwd));

export const run = {
  name: 'run',
  prepare: () => undefined,
  args: ['run', DEMO, '--save', '--id', 'k', '--checkpoint-every', '10', '--db', 'a.duckdb', '-q'],
  result: (cwd) => eventsOf('k', 'a.duckdb', cwd),
  left(cwd) {
    if (!existsSync(path.join(cwd, 'a.duckdb'))) return this.again(cwd, 'no database');
    const [found] = json(['list', '--db', 'a.duckdb'], cwd);
    sound('a.duckdb', cwd);
    if (found === undefined) return this.again(cwd, 'no run');
    if (found.status === 'completed') return 'complete';
    must(found.status === 'failed', `the run is listed as ${found.status}`);
    const checkpoints = json(['checkpoint', 'list', 'k', '--db', 'a.duckdb'], cwd);
    const reached = `failed after tick ${found.last_tick}, ${checkpoints.length} checkpoints`;
    if (checkpoints.length === 0) {
      output(['db', 'delete', 'k', '--yes', '--db', 'a.duckdb'], cwd);
      return this.again(cwd, reached);
    }
    output(['run', DEMO, '--resume', 'latest', '--id', 'k', '--db', 'a.duckdb', '-q'], cwd);
    return `${reached}, resumed`;
  },
  again(cwd, found) {
    output(this.args, cwd);
    return `${found}, done again`;
  },
};

/** The same where nearly every moment is one in which a checkpoint is written. */
export const checkpoints = {
  ...run,
  name: 'checkpoints',
  args: run.args.with(run.args.indexOf('--checkpoint-every') + 1, '1'),
};

export const experiment = {
  name: 'experiment',
  prepare: () => undefined,
  args: ['experiment', 'run', EXPERIMENT, '--id', 'k', '--db', 'a.duckdb', '-q'],
  result(cwd) {
    const { iterations } = JSON.parse(output(['experiment', 'export', 'k', '--db', 'a.duckdb'], cwd));
    return sha256(JSON.stringify(iterations));
  },
  left(cwd) {
    if (!existsSync(path.join(cwd, 'a.duckdb'))) return this.again(cwd, 'no database');
    sound('a.duckdb', cwd);
    const [found] = json(['experiment', 'results', '--db', 'a.duckdb'], cwd);
    if (found === undefined) return this.again(cwd, 'no experiment');
    if (found.status === 'completed') return 'complete';
    output(['experiment', 'run', EXPERIMENT, '--resume', 'k', '--db', 'a.duckdb', '-q'], cwd);
    return `${found.status} after ${found.num_iterations} iterations, resumed`;
  },
  again(cwd, found) {
    output(this.args, cwd);
    return `${found}, done again`;
  },
};

const SWEEP = `sweep: sizes
base: ${JSON.stringify(DEMO)}
replications: { count: 6, master_seed: 42 }
axes: [{ name: cap, path: agents.0.unsecured_cap, values: [0, 100000] }]
measures: [total_cost, settlement_rate_value]
`;

export const sweep = {
  name: 'sweep',
  prepare: (cwd) => writeFileSync(path.join(cwd, 'w.yaml'), SWEEP),
  args: ['sweep', 'run', 'w.yaml', '--id', 'k', '--db', 'a.duckdb', '--allow-path', path.dirname(DEMO), '-q'],
  result: (cwd) => sha256(JSON.stringify(json(['sweep', 'report', 'k', '--db', 'a.duckdb'], cwd).statistics)),
  left(cwd) {
    if (!existsSync(path.join(cwd, 'a.duckdb'))) return this.again(cwd, 'no database');
    sound('a.duckdb', cwd);
    const [found] = json(['sweep', 'list', '--db', 'a.duckdb'], cwd);
    if (found === undefined) return this.again(cwd, 'no sweep');
    output(['sweep', 'run', '--resume', 'k', '--db', 'a.duckdb', '-q'], cwd);
    return `${found.status}, resumed`;
  },
  again(cwd, found) {
    output(this.args, cwd);
    return `${found}, done again`;
  },
};

const rowsOf = (db, cwd) => sha256(JSON.stringify(json(['db', 'info', '--db', db], cwd).tables));

export const migration = {
  name: 'migration',
  prepare: (cwd) => writeFileSync(path.join(cwd, 'a.duckdb'), gunzipSync(readFileSync(OLD))),
  args: ['db', 'migrate', '--db', 'a.duckdb'],
  result: (cwd) => rowsOf('a.duckdb', cwd),
  left(cwd) {
    const opened = simcash(['list', '--db', 'a.duckdb'], cwd);
    must(opened.code === 0 || /older|migrate|version/.test(opened.stderr), opened.stderr);
    output(this.args, cwd);
    sound('a.duckdb', cwd);
    return opened.code === 0 ? 'migrated' : 'as it was, migrated again';
  },
};

const stored = (cwd) => output(['run', DEMO, '--save', '--id', 'k', '--db', 'a.duckdb', '-q'], cwd);

export const exported = {
  name: 'export',
  prepare: stored,
  args: ['db', 'export', 'k', '--db', 'a.duckdb', '--out', 'out'],
  result(cwd) {
    output(['db', 'import', 'out', '--db', 'b.duckdb'], cwd);
    sound('b.duckdb', cwd);
    return eventsOf('k', 'b.duckdb', cwd);
  },
  left(cwd) {
    sound('a.duckdb', cwd);
    // What has its name is complete; the rest is under another name.
    if (existsSync(path.join(cwd, 'out'))) return 'complete';
    const rest = readdirSync(cwd).filter((name) => name.startsWith('out.new-'));
    for (const name of rest) {
      const { code } = simcash(['db', 'import', name, '--db', 'c.duckdb'], cwd);
      must(code !== 0 || existsSync(path.join(cwd, name, 'manifest.json')), 'half an export was taken in');
    }
    output(this.args, cwd);
    return rest.length === 0 ? 'nothing, done again' : 'a folder with another name, done again';
  },
};

export const imported = {
  name: 'import',
  prepare(cwd) {
    stored(cwd);
    output(['db', 'export', 'k', '--db', 'a.duckdb', '--out', 'out'], cwd);
  },
  args: ['db', 'import', 'out', '--db', 'b.duckdb'],
  result: (cwd) => eventsOf('k', 'b.duckdb', cwd),
  left(cwd) {
    if (!existsSync(path.join(cwd, 'b.duckdb'))) return this.again(cwd, 'no database');
    sound('b.duckdb', cwd);
    const found = json(['list', '--db', 'b.duckdb'], cwd);
    return found.length > 0 ? 'complete' : this.again(cwd, 'nothing of it');
  },
  again(cwd, found) {
    output(this.args, cwd);
    return `${found}, done again`;
  },
};

export const OPERATIONS = [run, checkpoints, experiment, sweep, migration, exported, imported];
