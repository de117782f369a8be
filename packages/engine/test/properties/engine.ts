/** What the properties are about: the engine's public face and the types of its records. */
export * from '../../src/index.js';
export type {
  AgentCosts,
  AgentCounters,
  AgentState,
  DailyAgentMetrics,
  EventOf,
  EventType,
  SimulationEvent,
  TickResult,
  TransactionDetails,
} from '@simcash/protocol';
