import { SimcashError } from '@simcash/protocol';
import type { PolicyIssue } from './policy/issues.js';

/** Every error that the engine throws on purpose; the texts are those of spec 03 §13. */
export class SimulationError extends SimcashError {
  override name = 'SimulationError';
  override readonly code: string = 'simulation_failed';
}

/** A rule of the configuration is broken, at creation or inside a tick. */
export class InvalidConfigError extends SimulationError {
  override name = 'InvalidConfigError';
  override readonly code = 'invalid_config';
  /** The rule, without the words before it. */
  readonly rule: string;
  /** What is wrong with policies, one by one; empty where the configuration itself is wrong. */
  override readonly issues: readonly AgentPolicyIssue[];
  /** The bank that the rule is about, if it is one. */
  readonly agentId: string | null;
  constructor(
    rule: string,
    { agentId, cause, issues = [] }: { agentId?: string; cause?: unknown; issues?: readonly AgentPolicyIssue[] } = {},
  ) {
    super(`Invalid config: ${rule}`, cause === undefined ? undefined : { cause });
    this.rule = rule;
    this.issues = issues;
    this.agentId = agentId ?? issues[0]?.agent_id ?? null;
  }
}

/** Something wrong with the policy of a bank. */
export interface AgentPolicyIssue extends PolicyIssue {
  /** The bank's id. */
  agent_id: string;
}

/** There is no agent with this id. */
export class AgentNotFoundError extends SimulationError {
  override name = 'AgentNotFoundError';
  override readonly code = 'unknown_bank';
  constructor(readonly agentId: string) {
    super(`Agent not found: ${agentId}`);
  }
}

/** A payment cannot be withdrawn or resubmitted. */
export class SettlementError extends SimulationError {
  override name = 'SettlementError';
  override readonly code = 'settlement_refused';
  constructor(message: string) {
    super(`Settlement error: ${message}`);
  }
}

/** A policy tree could not be evaluated; fails the tick. */
export class PolicyRuntimeError extends SimulationError {
  override name = 'PolicyRuntimeError';
  override readonly code = 'policy_failed';
}

/** A sum of money would leave the range in which whole cents are exact (±(2^53 − 1)). The run stops instead of rounding. */
export class MoneyRangeError extends SimulationError {
  override name = 'MoneyRangeError';
  override readonly code = 'money_out_of_range';
  constructor(what: string) {
    super(`Amount out of range: ${what} would leave ±(2^53 − 1) cents`);
  }
}

/** A snapshot that contradicts itself or its configuration. */
export class SnapshotError extends SimulationError {
  override name = 'SnapshotError';
  override readonly code = 'invalid_snapshot';
}

/** A rule that cannot be broken by any input was broken: a defect of the engine. */
export function assert(condition: boolean, message: string): asserts condition {
  if (!condition) throw new Error(`Internal error: ${message}`);
}

/** A scenario asks for more than may be (`CEILINGS`); nothing of it has been done. */
export class CeilingError extends SimulationError {
  override name = 'CeilingError';
  override readonly code = 'too_much';
  constructor(
    /** Name of the ceiling. */
    readonly ceiling: string,
    what: string,
    /** What was asked for. */
    readonly found: number,
    /** The most that is allowed. */
    readonly allowed: number,
  ) {
    super(`Too much: ${what}: ${found} where ${allowed} are allowed (${ceiling})`);
  }
}
