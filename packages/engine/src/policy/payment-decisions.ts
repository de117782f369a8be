import { RTGS_PRIORITIES } from '@simcash/protocol';
import { PolicyRuntimeError, SettlementError } from '../errors.js';
import { DROPPED, NONE, NORMAL, RELEASED } from '../payments/payments.js';
import { splitPayment, type Stagger } from '../payments/splitting.js';
import { resubmitToRtgs, withdrawFromRtgs } from '../queues/rtgs-actions.js';
import type { World } from '../world.js';
import { decide, toByte, toCount, type CompiledNode, type PaymentLeaf } from './compile.js';
import { EvaluationError } from './evaluation-error.js';
import { guard } from '../numeric/integers.js';
import { DEFAULT_HOLD_REASON, holdReason } from './hold-reasons.js';
import { chooser } from './release-choices.js';

/** A decision about one payment, with the numbers it needs; made for a whole queue before any is carried out. */
interface Decision {
  payment: number;
  leaf: PaymentLeaf;
  /** Numbers of the leaf in the order of its parameters. */
  numbers: readonly number[];
}

const NO_NUMBERS: readonly number[] = [];

/**
 * Lets every bank decide about its own queue: scheduled releases first, then the payment tree for each payment, then the
 * decisions one after the other (tick phase 8c; spec 03 §8c). `banks` are those that had payments waiting when the phase began.
 */
export function decideQueue1(world: World, banks: readonly number[]): void {
  const { stress } = world;
  for (const b of banks) {
    if (stress?.outages.isOut(b)) continue;
    const chosen = chosenOutside(world, b);
    releaseScheduled(world, b);
    stress?.logWithheld(world, b);
    if (chosen === null) for (const decision of decideAll(world, b)) execute(world, b, decision);
    else
      for (const decision of decideOutside(world, b, chosen)) {
        execute(world, b, decision);
        // A budget may have held it back.
        world.releaseChoices.count(b, world.payments.place[decision.payment] === RELEASED);
      }
  }
}

/** Payments that the bank was told from outside to release, by their positions before any has left; null if it decides itself. */
function chosenOutside({ payments, queue1, releaseChoices }: World, b: number): ReadonlySet<number> | null {
  const choice = releaseChoices.of(b);
  if (choice === null) return null;
  const isChosen = chooser(choice, queue1.value[b]!);
  return new Set(queue1.list(b).filter((p) => isChosen(payments.remaining[p]!)));
}

const RELEASE: PaymentLeaf = { action: 'release', priorityFlag: null, timedFor: null };
const HOLD: PaymentLeaf = { action: 'hold', reason: DEFAULT_HOLD_REASON };

/** Decisions made outside, about the payments that a tree would have been asked about. */
function decideOutside(world: World, b: number, chosen: ReadonlySet<number>): Decision[] {
  return undecided(world, b).map((payment) => {
    const isReleased = chosen.has(payment);
    world.tracer?.recordOutside(b, payment, isReleased ? 'Release' : 'Hold');
    return { payment, leaf: isReleased ? RELEASE : HOLD, numbers: NO_NUMBERS };
  });
}

/** Releases payments whose tick has come: no tree, no budget (spec 03 §8e). */
function releaseScheduled(world: World, b: number): void {
  const { clock, payments, queue1, stress } = world;
  if (queue1.scheduled[b] === 0) return;
  const due = queue1
    .list(b)
    .filter((p) => payments.scheduledRelease[p] !== NONE && payments.scheduledRelease[p]! <= clock.tick)
    .filter((p) => !stress?.withholds(world, p))
    .sort((p, q) => payments.scheduledRelease[p]! - payments.scheduledRelease[q]! || payments.number[p]! - payments.number[q]!);
  for (const p of due) {
    queue1.remove(p, clock.tick);
    payments.scheduledRelease[p] = NONE;
    submit(world, b, p);
  }
}

function decideAll(world: World, b: number): Decision[] {
  return undecided(world, b).map((p) => decideOne(world, b, p));
}

/** Payments of the own queue that wait for nothing but a decision. */
function undecided(world: World, b: number): number[] {
  const { payments, queue1, stress } = world;
  const found: number[] = [];
  for (let p = queue1.first(b); p !== NONE; p = queue1.after(p))
    if (payments.scheduledRelease[p] === NONE && !stress?.withholds(world, p)) found.push(p);
  return found;
}

function decideOne(world: World, b: number, p: number): Decision {
  const tree = world.policies.of(b).paymentTree;
  let step = 'Tree traversal';
  try {
    if (tree === null) throw new EvaluationError('InvalidTree', 'payment_tree is not defined');
    const leaf = decide(tree, world.context.lookAt(b, p));
    world.tracer?.record('payment_tree', b, p);
    step = 'Action building';
    return withNumbers(world, p, leaf);
  } catch (error) {
    if (!(error instanceof EvaluationError)) throw error;
    throw new PolicyRuntimeError(`${step} failed for tx ${world.payments.id(p)}: ${error.debug}`);
  }
}

/** Reads the numbers of a decision while the state is the one it was made in. */
function withNumbers(world: World, payment: number, leaf: PaymentLeaf): Decision {
  const { context } = world;
  switch (leaf.action) {
    case 'release':
      return { payment, leaf, numbers: leaf.timedFor === null ? NO_NUMBERS : [toCount(leaf.timedFor(context))] };
    case 'split':
      return { payment, leaf, numbers: [partCount(toCount(leaf.parts(context)))] };
    case 'stagger': {
      const numbers = [
        toCount(leaf.parts(context)),
        toCount(leaf.firstNow(context)),
        toCount(leaf.gap(context)),
        toByte(leaf.boost(context)),
      ];
      partCount(numbers[0]!);
      if (numbers[1]! > numbers[0]!)
        throw new EvaluationError('InvalidActionParameter', 'stagger_first_now cannot exceed num_splits');
      return { payment, leaf, numbers };
    }
    case 'reprioritize':
      return { payment, leaf, numbers: [toByte(leaf.priority(context))] };
    case 'fail':
      throw leaf.error;
    default:
      return { payment, leaf, numbers: NO_NUMBERS };
  }
}

function partCount(parts: number): number {
  if (parts < 2) throw new EvaluationError('InvalidActionParameter', 'num_splits must be >= 2');
  return parts;
}

function execute(world: World, b: number, { payment: p, leaf, numbers }: Decision): void {
  const { clock, log, payments, queue1 } = world;
  const number = payments.number[p]!;
  switch (leaf.action) {
    case 'release':
      return release(world, b, p, leaf.priorityFlag, numbers[0]);
    case 'split':
      return split(world, b, p, numbers[0]!, null);
    case 'stagger':
      return split(world, b, p, numbers[0]!, { firstNow: numbers[1]!, gap: numbers[2]!, boost: numbers[3]! });
    case 'hold':
      return log.policyHold(b, number, holdReason(log.texts, leaf.reason, payments.deadlineTick[p]! - clock.tick));
    case 'drop':
      queue1.remove(p, clock.tick);
      payments.markOverdue(p, clock.tick);
      payments.givenUp[p] = DROPPED;
      countDropped(world, p);
      return log.policyDrop(b, number);
    case 'reprioritize': {
      const old = payments.priority[p]!;
      world.setPriority(p, numbers[0]!);
      // The event carries the number as decided, which may be more than 10 (Quirk Q312).
      return log.transactionReprioritized(b, number, old, numbers[0]!);
    }
    case 'withdraw':
      attempt(world, b, number, 'WithdrawFromRtgs failed', () => withdrawFromRtgs(world, payments.id(p)));
      return;
    case 'resubmit':
      attempt(world, b, number, 'ResubmitToRtgs failed', () => resubmitToRtgs(world, payments.id(p), leaf.priority));
      return;
    case 'fail':
      throw leaf.error;
  }
}

function release(world: World, b: number, p: number, priorityFlag: number | null, timedFor: number | undefined): void {
  const { banks, budgets, clock, log, payments, queue1 } = world;
  if (priorityFlag !== null) world.setPriority(p, priorityFlag);
  if (timedFor !== undefined && timedFor > clock.tick) {
    queue1.schedule(p, timedFor);
    world.holdUntilScheduled(p);
    return;
  }
  const amount = payments.remaining[p]!;
  const counterparty = banks.ids[payments.receiver[p]!]!;
  if (!budgets.allows(b, counterparty, amount)) {
    log.policyHold(b, payments.number[p]!, log.texts.keep('BudgetExhausted'));
    return;
  }
  queue1.remove(p, clock.tick);
  budgets.charge(b, counterparty, amount);
  submit(world, b, p);
}

/** Hands a payment that has left Queue 1 to the central system. */
function submit(world: World, b: number, p: number): void {
  const { clock, log, payments } = world;
  const declared = payments.declaredPriority[p]!;
  const priority = declared === NONE ? NORMAL : declared;
  payments.rtgsPriority[p] = priority;
  payments.rtgsSubmissionTick[p] = clock.tick;
  world.release(p);
  const number = payments.number[p]!;
  log.rtgsSubmission(number, b, payments.receiver[p]!, payments.remaining[p]!, payments.priority[p]!, RTGS_PRIORITIES[priority]!);
  log.policySubmit(b, number);
}

/** Never more parts than cents; a single cent cannot be split. Budgets are not asked (Quirk Q309). */
function split(world: World, b: number, p: number, wanted: number, stagger: Stagger | null): void {
  const { log, payments } = world;
  const parts = Math.min(wanted, payments.amount[p]!);
  if (parts < 2) {
    log.policyHold(b, payments.number[p]!, log.texts.keep('AmountTooSmallToSplit'));
    return;
  }
  splitPayment(world, p, parts, stagger && { ...stagger, firstNow: Math.min(stagger.firstNow, parts) });
}

/**
 * Lets banks act on their payments in the central queue: all trees first, against one unchanged state, then what was decided
 * (tick phase 8d; spec 03 §8d). Only withdrawing and resubmitting have an effect; a tree that fails counts as Hold.
 */
export function decideQueue2(world: World): void {
  const decisions: { b: number; p: number; leaf: PaymentLeaf }[] = [];
  for (const b of world.policies.actingOnQueue2) {
    if (world.queue2.publishedCount[b] === 0 || world.stress?.outages.isOut(b)) continue;
    const { paymentTree } = world.policies.of(b);
    for (const p of world.queue2.publishedList(b)) {
      const leaf = decideSilently(world, b, p, paymentTree!);
      if (leaf !== null) decisions.push({ b, p, leaf });
    }
  }
  for (const { b, p, leaf } of decisions) executeOnQueue2(world, b, p, leaf);
}

function decideSilently(world: World, b: number, p: number, tree: CompiledNode<PaymentLeaf>): PaymentLeaf | null {
  try {
    const leaf = decide(tree, world.context.lookAt(b, p));
    world.tracer?.record('payment_tree', b, p);
    return leaf.action === 'withdraw' || leaf.action === 'resubmit' ? leaf : null;
  } catch (error) {
    if (error instanceof EvaluationError) return null;
    throw error;
  }
}

function executeOnQueue2(world: World, b: number, p: number, leaf: PaymentLeaf): void {
  const { payments } = world;
  const number = payments.number[p]!;
  if (leaf.action === 'withdraw') {
    attempt(world, b, number, 'WithdrawFromRtgs failed', () => withdrawFromRtgs(world, payments.id(p)));
  } else if (leaf.action === 'resubmit') {
    const withdrawn = attempt(world, b, number, 'ResubmitToRtgs withdraw step failed', () =>
      withdrawFromRtgs(world, payments.id(p)),
    );
    if (withdrawn)
      attempt(world, b, number, 'ResubmitToRtgs resubmit step failed', () =>
        resubmitToRtgs(world, payments.id(p), leaf.priority),
      );
  }
}

/** Carries out an RTGS action; a refusal becomes a hold that says why. */
function attempt(world: World, b: number, number: number, failure: string, action: () => void): boolean {
  try {
    action();
    return true;
  } catch (error) {
    if (!(error instanceof SettlementError)) throw error;
    world.log.policyHold(b, number, world.log.texts.once(`${failure}: ${error.message}`));
    return false;
  }
}

function countDropped({ counters, payments, statistics }: World, p: number): void {
  const b = payments.sender[p]!;
  const amount = payments.amount[p]!;
  statistics.dropped++;
  statistics.droppedValue = guard(statistics.droppedValue + amount, 'the value dropped in a run');
  counters.dropped[b]!++;
  counters.droppedValue[b]! += amount;
}
