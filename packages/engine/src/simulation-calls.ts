import {
  RTGS_PRIORITIES,
  type PaymentOrder,
  type ReleaseChoice,
  type RtgsPriority,
  type SimulationCall,
} from '@simcash/protocol';
import { InvalidConfigError, SettlementError, SimulationError } from './errors.js';
import { postCollateral, withdrawCollateral, type CollateralOutcome } from './ledger/manual-collateral.js';
import { transactionNumber } from './payments/identifiers.js';
import { NONE } from './payments/payments.js';
import { submitPayment } from './payments/submission.js';
import { checkLiquidityFraction, loadPolicy } from './policy/bank-policy.js';
import { PolicyDocumentError } from './policy/issues.js';
import { checkedChoice } from './policy/release-choices.js';
import { resubmitToRtgs, withdrawFromRtgs } from './queues/rtgs-actions.js';
import { bankOf, SimulationQueries } from './simulation-queries.js';
import type { World } from './world.js';

/** What can be done to a simulation from outside, between two ticks (spec 03 §11). Every call that succeeds is recorded. */
export abstract class SimulationCalls extends SimulationQueries {
  readonly #world: World;

  protected constructor(world: World) {
    super(world);
    this.#world = world;
  }

  /** Whether a tick stands still where banks begin to decide about their own queues. */
  protected abstract readonly standsStill: boolean;

  /**
   * Submits a payment, which its sender's policy sees in the next tick; returns its id.
   *
   * @throws AgentNotFoundError, InvalidConfigError; SimulationError for a priority that is none
   */
  submitTransaction(order: PaymentOrder): string {
    const { rtgs_priority: priority } = order;
    this.mustBeBetweenTicks();
    const declared = priority === undefined ? NONE : rtgsPriorityCode(priority);
    const p = submitPayment(this.#world, order);
    this.#world.payments.declaredPriority[p] = declared;
    const id = this.#world.payments.id(p);
    this.#note(order.sender, id, { call: 'submit_transaction', ...order });
    return id;
  }

  /** Takes a payment back from the central queue. @throws SettlementError */
  withdrawFromRtgs(txId: string): void {
    this.mustBeBetweenTicks();
    const { payments, queue2 } = this.#world;
    const p = payments.rowOf(transactionNumber(txId));
    this.#mustBeInService(p);
    const key = p === NONE ? 0 : payments.queueKey[p]!;
    withdrawFromRtgs(this.#world, txId);
    queue2.keepInIndex(p, key);
    this.#note(this.#senderOf(txId), txId, { call: 'withdraw_from_rtgs', tx_id: txId });
  }

  /** Declares the RTGS priority of a payment's next release. @throws SettlementError; SimulationError for a priority that is none */
  resubmitToRtgs(txId: string, priority: RtgsPriority): void {
    this.mustBeBetweenTicks();
    this.#mustBeInService(this.#world.payments.rowOf(transactionNumber(txId)));
    resubmitToRtgs(this.#world, txId, rtgsPriorityCode(priority));
    this.#note(this.#senderOf(txId), txId, { call: 'resubmit_to_rtgs', tx_id: txId, rtgs_priority: priority });
  }

  /** Posts collateral by hand: no capacity check, but a holding period of five ticks begins (spec 01 §4.5.5). */
  postCollateral(agentId: string, amount: number): CollateralOutcome {
    this.mustBeBetweenTicks();
    const outcome = postCollateral(this.#world, agentId, amount);
    if (outcome.success) this.#note(agentId, null, { call: 'post_collateral', agent_id: agentId, amount });
    return outcome;
  }

  /** Withdraws collateral by hand; refused as a whole if it would uncover used credit. */
  withdrawCollateral(agentId: string, amount: number): CollateralOutcome {
    this.mustBeBetweenTicks();
    const outcome = withdrawCollateral(this.#world, agentId, amount);
    if (outcome.success) this.#note(agentId, null, { call: 'withdraw_collateral', agent_id: agentId, amount });
    return outcome;
  }

  /**
   * Replaces a bank's policy from the next tick on. Registers, timers, scheduled releases and today's liquidity stay.
   *
   * @param policyJson a policy document
   * @throws InvalidConfigError with all errors of the document; nothing has changed then
   */
  updateAgentPolicy(agentId: string, policyJson: string): void {
    this.mustBeBetweenTicks();
    const world = this.#world;
    const b = world.banks.indexOf(agentId);
    if (b < 0) throw new InvalidConfigError(`Unknown agent: ${agentId}`);
    try {
      const policy = loadPolicy({ type: 'FromJson', json: policyJson });
      checkLiquidityFraction(agentId, policy);
      world.policies.replace(b, policy);
    } catch (error) {
      if (!(error instanceof PolicyDocumentError)) throw error;
      const cause = error.issues[0]?.code === 'ParseError' ? `Failed to parse JSON: ${error.message}` : error.message;
      throw new InvalidConfigError(`Invalid policy JSON for ${agentId}: ${cause}`, {
        cause: error,
        issues: error.issues.map((issue) => ({ agent_id: agentId, ...issue })),
      });
    }
    this.#note(agentId, null, { call: 'update_agent_policy', agent_id: agentId, policy_json: policyJson });
  }

  /**
   * Says what a bank releases from its own queue the next time that banks decide, in place of its payment tree: in the tick that
   * {@link beginTick} has begun, else in the next one in which they decide. It can be said anew until then (spec 18 §2).
   *
   * @throws AgentNotFoundError, InvalidConfigError for a choice that is none
   */
  decideRelease(agentId: string, choice: ReleaseChoice): void {
    const b = bankOf(this.#world, agentId);
    const own = checkedChoice(choice);
    this.#world.releaseChoices.set(b, own);
    this.#note(agentId, null, { call: 'decide_release', agent_id: agentId, choice: own });
  }

  /** Makes a recorded call once more. @throws SimulationError if it cannot be made now */
  repeat(call: SimulationCall): void {
    switch (call.call) {
      case 'submit_transaction': {
        const { call: _, ...order } = call;
        this.submitTransaction(order);
        return;
      }
      case 'withdraw_from_rtgs':
        return this.withdrawFromRtgs(call.tx_id);
      case 'resubmit_to_rtgs':
        return this.resubmitToRtgs(call.tx_id, call.rtgs_priority);
      case 'post_collateral':
        return mustSucceed(this.postCollateral(call.agent_id, call.amount));
      case 'withdraw_collateral':
        return mustSucceed(this.withdrawCollateral(call.agent_id, call.amount));
      case 'update_agent_policy':
        return this.updateAgentPolicy(call.agent_id, call.policy_json);
      case 'decide_release':
        return this.decideRelease(call.agent_id, call.choice);
    }
  }

  protected mustBeBetweenTicks(): void {
    if (this.standsStill) throw new SimulationError(`Tick ${this.currentTick} stands still: only releases can be decided now`);
  }

  /** A bank in an outage does nothing about its payments (spec 15 §2.1). */
  #mustBeInService(p: number): void {
    const world = this.#world;
    const refusal = p === NONE ? null : world.stress?.outages.refusal(world, world.payments.sender[p]!);
    if (refusal) throw new SettlementError(refusal);
  }

  #note(agentId: string, txId: string | null, call: SimulationCall): void {
    this.#world.calls.push({ tick: this.currentTick, agent_id: agentId, tx_id: txId, call });
  }

  #senderOf(txId: string): string {
    return this.transaction(txId)!.sender_id;
  }
}

function mustSucceed({ message, success }: CollateralOutcome): void {
  if (!success) throw new SimulationError(message);
}

function rtgsPriorityCode(name: RtgsPriority): number {
  const code = RTGS_PRIORITIES.indexOf(name);
  if (code >= 0) return code;
  throw new SimulationError(`Invalid RTGS priority '${name}'. Must be 'HighlyUrgent', 'Urgent', or 'Normal'`);
}
