/** Tables with rows of simulations, children before `simulations` itself. */
export const SIMULATION_TABLES = [
  ...['simulation_agents', 'simulation_events', 'transactions', 'daily_agent_metrics', 'daily_system_metrics', 'tick_summaries'],
  ...[
    'tick_agent_states',
    'tick_queue_snapshots',
    'queue_snapshots',
    'collateral_events',
    'lsm_cycle_transactions',
    'lsm_cycles',
  ],
  ...['policy_snapshots', 'agent_state_registers', 'simulation_checkpoints', 'simulations'],
] as const;

/** Key of each table within a simulation, in whose order its rows are compared and exported. */
export const LOGICAL_KEYS: Record<(typeof SIMULATION_TABLES)[number], string> = {
  simulation_agents: 'agent_id',
  simulation_events: 'event_seq',
  transactions: 'tx_id',
  daily_agent_metrics: 'day, agent_id',
  daily_system_metrics: 'day',
  tick_summaries: 'tick',
  tick_agent_states: 'tick, agent_id',
  tick_queue_snapshots: 'tick, queue_type, agent_id, position',
  queue_snapshots: 'tick, queue_type, agent_id, position',
  collateral_events: 'collateral_seq',
  lsm_cycle_transactions: 'cycle_id, position',
  lsm_cycles: 'cycle_id',
  policy_snapshots: 'agent_id, snapshot_tick',
  agent_state_registers: 'tick, agent_id, register_key',
  simulation_checkpoints: 'checkpoint_tick, checkpoint_type',
  simulations: 'simulation_id',
};
