import type { PaymentList } from '@simcash/protocol';
import { checkCeiling } from './ceilings.js';
import { InvalidConfigError, MoneyRangeError, type AgentPolicyIssue } from './errors.js';
import { allocateLiquidity } from './ledger/liquidity-pool.js';
import { checkLiquidityFraction, loadPolicy, type BankPolicy } from './policy/bank-policy.js';
import { PolicyDocumentError } from './policy/issues.js';
import type { AgentConfig, EngineConfig } from './scenario/config.js';
import type { Plugins } from './settlement/algorithms/index.js';
import { World } from './world.js';

const NO_PLUGINS: Plugins = { modules: {} };

/**
 * Builds the state before tick 0: checks, agents, policies, day-0 liquidity (spec 03 §3).
 *
 * @throws InvalidConfigError; of broken rules the first, of policies all errors of all banks
 */
export function createWorld(
  config: EngineConfig,
  warn: (message: string) => void,
  plugins: Plugins = NO_PLUGINS,
  list: PaymentList | null = null,
): World {
  try {
    const world = checkedWorld(config, warn, plugins, list);
    allocateLiquidity(world);
    world.system.reservations?.set(world);
    return world;
  } catch (error) {
    // Numbers of the configuration whose sums or products are out of range.
    if (error instanceof MoneyRangeError) throw new InvalidConfigError(error.message, { cause: error });
    throw error;
  }
}

/** The state before the banks have brought in liquidity: balances as configured (spec 18 §3). Payments are not in it. */
export function createOpening(config: EngineConfig): World {
  const { payments: _, ...rest } = config;
  return checkedWorld(rest, () => undefined, NO_PLUGINS, null);
}

function checkedWorld(config: EngineConfig, warn: (message: string) => void, plugins: Plugins, list: PaymentList | null): World {
  checkConfig(config);
  checkList(config, list);
  const policies = loadPolicies(config.agent_configs);
  config.agent_configs.forEach((agent, i) => checkFractions(agent, policies[i]!));
  return new World(config, policies, warn, plugins, list);
}

/** A scenario with a payment list runs with that list, and no other runs with one. */
function checkList({ payments }: EngineConfig, list: PaymentList | null): void {
  if (payments === undefined && list === null) return;
  if (payments === undefined) throw new InvalidConfigError('a payment list was handed over that the scenario does not name');
  if (list === null) throw new InvalidConfigError('the payments of this scenario were not handed over');
  if (list.sha256 !== payments.dataset_sha256)
    throw new InvalidConfigError(
      `payment data set differs: expected ${payments.dataset_sha256.slice(0, 12)}…, got ${list.sha256.slice(0, 12)}…`,
    );
}

function checkConfig(config: EngineConfig): void {
  const check = (holds: boolean, message: string, agentId?: string): void => {
    if (!holds) throw new InvalidConfigError(message, agentId === undefined ? {} : { agentId });
  };
  check(config.ticks_per_day > 0, 'ticks_per_day must be > 0');
  check(config.num_days > 0, 'num_days must be > 0');
  check(config.agent_configs.length > 0, 'Must have at least one agent');
  checkCeiling('banks', config.agent_configs.length, 'banks of the scenario');
  const ids = new Set<string>();
  for (const agent of config.agent_configs) {
    check(!ids.has(agent.id), `Duplicate agent ID: ${agent.id}`);
    ids.add(agent.id);
    checkAgent(agent, (holds, message) => check(holds, message, agent.id));
  }
}

function checkAgent(agent: AgentConfig, check: (holds: boolean, message: string) => void): void {
  const pool = agent.liquidity_pool ?? 0;
  check(pool >= 0, `Agent ${agent.id}: liquidity_pool must be non-negative, got ${pool}`);
  const both = agent.arrival_config !== undefined && agent.arrival_bands !== undefined;
  check(!both, `Agent ${agent.id}: arrival_config and arrival_bands are mutually exclusive - specify only one`);
  check(agent.unsecured_cap >= 0, 'unsecured_cap must be non-negative');
  check((agent.posted_collateral ?? 0) >= 0, 'posted_collateral must be non-negative');
  const haircut = agent.collateral_haircut ?? 0;
  check(haircut >= 0 && haircut <= 1, 'collateral_haircut must be between 0.0 and 1.0');
  check((agent.max_collateral_capacity ?? 0) >= 0, 'max_collateral_capacity must be non-negative');
}

/** Shares of liquidity pools are looked at when every policy has been read: a policy's own share is part of it. */
function checkFractions(agent: AgentConfig, policy: BankPolicy): void {
  const fraction = agent.liquidity_allocation_fraction ?? 1;
  if (!(fraction >= 0 && fraction <= 1))
    throw new InvalidConfigError(
      `Agent ${agent.id}: liquidity_allocation_fraction must be between 0.0 and 1.0, got ${fraction}`,
      { agentId: agent.id },
    );
  checkLiquidityFraction(agent.id, policy);
}

function loadPolicies(agents: readonly AgentConfig[]): BankPolicy[] {
  const issues: AgentPolicyIssue[] = [];
  const policies = agents.map((agent) => {
    try {
      return loadPolicy(agent.policy);
    } catch (error) {
      if (!(error instanceof PolicyDocumentError)) throw error;
      if (error.issues[0]?.code === 'ParseError') {
        throw new InvalidConfigError(
          `Failed to create JSON policy for agent ${agent.id}: Failed to parse JSON: ${error.message}`,
          { cause: error, issues: error.issues.map((issue) => ({ agent_id: agent.id, ...issue })) },
        );
      }
      issues.push(...error.issues.map((issue) => ({ agent_id: agent.id, ...issue })));
      return null;
    }
  });
  if (issues.length > 0) {
    const texts = issues.map(({ agent_id, message }) => `Agent ${agent_id}: ${message}`);
    throw new InvalidConfigError(`Policy validation failed: ${texts.join('; ')}`, { issues });
  }
  return policies as BankPolicy[];
}
