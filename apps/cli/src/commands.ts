import type { Command } from 'commander';

/**
 * The commands in the order in which the help lists them, with what they do; each is loaded when it is run, completed or helped with,
 * so that none waits for the others.
 */
export const COMMANDS: Readonly<Record<string, readonly [about: string, load: () => Promise<Command>]>> = {
  bank: [
    'one bank of a stored run on a page: payments, delay, liquidity, costs, days, counterparties',
    async () => (await import('./commands/bank.js')).bankCommand(),
  ],
  checkpoint: [
    'stored states from which runs can be resumed (run --checkpoint-every, run --resume)',
    async () => (await import('./commands/checkpoint.js')).checkpointCommand(),
  ],
  compare: [
    'compare stored simulations: settings, indicators, banks, payments; the first one is the baseline',
    async () => (await import('./commands/compare.js')).compareCommand(),
  ],
  'compare-designs': [
    'run a scenario under several settlement designs and compare them, payment by payment',
    async () => (await import('./commands/compare-designs.js')).compareDesignsCommand(),
  ],
  costs: [
    'costs of a stored simulation, by bank unless something else is said',
    async () => (await import('./commands/list.js')).costsCommand(),
  ],
  db: ['inspect, check and maintain a database', async () => (await import('./commands/db.js')).databaseCommand()],
  designs: [
    'list settlement designs and algorithms, or show what a preset comes to',
    async () => (await import('./commands/designs.js')).designsCommand(),
  ],
  diff: [
    'compare two stored simulations: where their event logs part, and what came of it',
    async () => (await import('./commands/diff.js')).diffCommand(),
  ],
  env: [
    'a scenario in which banks learn: an environment for reinforcement learning',
    async () => (await import('./commands/env.js')).envCommand(),
  ],
  events: [
    'print the event log of a stored simulation as JSON lines (replay --jsonl events)',
    async () => (await import('./commands/replay.js')).eventsCommand(),
  ],
  experiment: [
    'look for better policies: run experiments, replay, compare and draw them',
    async () => (await import('./commands/experiment.js')).experimentCommand(),
  ],
  explain: [
    'the life of a payment of a stored run, and why it waited',
    async () => (await import('./commands/explain.js')).explainCommand(),
  ],
  explore: [
    'look at stored runs in a browser: pictures, banks, queues, payments and why they waited',
    async () => (await import('./commands/explore.js')).exploreCommand(),
  ],
  externalities: [
    'what each bank’s behaviour does to the others: every bank alone behaves like a benchmark, over the same payments',
    async () => (await import('./commands/externalities.js')).externalitiesCommand(),
  ],
  indicators: [
    'indicators of stored simulations: liquidity, delay, throughput, queues, mechanisms, costs, network',
    async () => (await import('./commands/indicators.js')).indicatorsCommand(),
  ],
  init: [
    'write a scenario, a policy, a sweep, an experiment and an environment to begin with',
    async () => (await import('./commands/init.js')).initCommand(),
  ],
  list: [
    'list stored simulations, those of experiments included, newest first',
    async () => (await import('./commands/list.js')).listCommand(),
  ],
  pareto: [
    'which cells of a sweep no other one betters in every measure',
    async () => (await import('./commands/pareto.js')).paretoCommand(),
  ],
  payments: [
    'payment lists: check files, look at stored ones, write those of a run',
    async () => (await import('./commands/payments.js')).paymentsCommand(),
  ],
  policy: ['check, describe and explain policies', async () => (await import('./commands/policy.js')).policyCommand()],
  queues: [
    'what waited at the end of a tick of a stored run: the banks’ own queues and the central one, in order',
    async () => (await import('./commands/queues.js')).queuesCommand(),
  ],
  replay: [
    'show a stored simulation again, from the database alone',
    async () => (await import('./commands/replay.js')).replayCommand(),
  ],
  report: [
    'stored runs as one page: pictures and tables, without scripts, to open, send and print',
    async () => (await import('./commands/report.js')).reportCommand(),
  ],
  run: ['simulate a scenario', async () => (await import('./commands/run.js')).runCommand()],
  schema: [
    'reference of what can be written in files and read in logs; JSON unless --markdown',
    async () => (await import('./commands/schema.js')).schemaCommand(),
  ],
  sensitivity: [
    'how much each parameter of a sweep matters to what is measured',
    async () => (await import('./commands/sensitivity.js')).sensitivityCommand(),
  ],
  show: ['show what is stored about a simulation', async () => (await import('./commands/list.js')).showCommand()],
  stress: [
    'take banks, liquidity or the system away, and measure what happens to the rest',
    async () => (await import('./commands/stress.js')).stressCommand(),
  ],
  sweep: [
    'many runs of one scenario: seeds, parameters, policies, designs, with statistics',
    async () => (await import('./commands/sweep.js')).sweepCommand(),
  ],
  validate: [
    'check scenario files and their policies without simulating',
    async () => (await import('./commands/validate.js')).validateCommand(),
  ],
  worker: [
    'run simulations for sweeps of other machines; the Redis server is named by SIMCASH_REDIS_URL',
    async () => (await import('./commands/worker.js')).workerCommand(),
  ],
};
