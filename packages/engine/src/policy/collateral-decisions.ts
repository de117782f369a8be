import type { CollateralLayer } from '@simcash/protocol';
import { InvalidConfigError } from '../errors.js';
import { truncate } from '../numeric/integers.js';
import type { World } from '../world.js';
import { decide, toCount, type CollateralLeaf } from './compile.js';
import { EvaluationError } from './evaluation-error.js';

/** Evaluates every bank's collateral tree of a layer and carries out its decision at once (tick phases 5 and 13; spec 03 §5). */
export function decideCollateral(world: World, layer: 'strategic' | 'end_of_tick'): void {
  const { policies } = world;
  for (const b of layer === 'strategic' ? policies.withStrategicCollateralTree : policies.withEndOfTickCollateralTree) {
    if (world.stress?.outages.isOut(b)) continue;
    const { endOfTickCollateralTree, strategicCollateralTree } = policies.of(b);
    const tree = layer === 'strategic' ? strategicCollateralTree : endOfTickCollateralTree;
    try {
      const leaf = decide(tree!, world.context.lookAt(b));
      world.tracer?.record(layer === 'strategic' ? 'strategic_collateral_tree' : 'end_of_tick_collateral_tree', b);
      execute(world, b, leaf, layer);
    } catch (error) {
      if (!(error instanceof EvaluationError)) throw error;
      const name = layer === 'strategic' ? 'strategic collateral' : 'end-of-tick collateral';
      throw new InvalidConfigError(
        `Failed to evaluate ${name} for ${world.banks.ids[b]}: Tree evaluation failed: ${error.message}`,
      );
    }
  }
}

function execute(world: World, b: number, leaf: CollateralLeaf, layer: CollateralLayer): void {
  const { banks, context } = world;
  if (leaf.action === 'fail') throw leaf.error;
  if (leaf.action === 'hold') return world.recordChosenHold(b, layer);
  const wanted = truncate(leaf.amount(context));
  if (wanted <= 0) return world.recordChosenHold(b, layer);
  if (leaf.action === 'withdraw') return withdraw(world, b, Math.min(wanted, banks.maxPolicyWithdrawal(b)), leaf.reason, layer);
  const after = leaf.autoWithdrawAfter?.(context) ?? 0;
  post(
    world,
    b,
    Math.max(Math.min(wanted, banks.remainingCollateralCapacity(b)), 0),
    leaf.reason,
    layer,
    after > 0 ? toCount(after) : null,
  );
}

function post(
  world: World,
  b: number,
  amount: number,
  reason: string,
  layer: CollateralLayer,
  withdrawAfter: number | null,
): void {
  const { banks, clock, counters, log, timers } = world;
  const before = banks.postedCollateral[b]!;
  if (amount === 0) return world.recordCollateral(b, 'hold', 0, reason, layer, before);
  banks.setPostedCollateral(b, before + amount);
  if (withdrawAfter !== null) timers.add(b, clock.tick + withdrawAfter, { amount, reason, postedAt: clock.tick });
  counters.collateralPosts[b]!++;
  world.recordCollateral(b, 'post', amount, reason, layer, before);
  log.collateralPost(b, amount, reason, before + amount);
}

function withdraw(world: World, b: number, amount: number, reason: string, layer: CollateralLayer): void {
  const { banks, counters, log } = world;
  const before = banks.postedCollateral[b]!;
  if (amount === 0) return world.recordCollateral(b, 'hold', 0, reason, layer, before);
  banks.setPostedCollateral(b, before - amount);
  counters.collateralWithdrawals[b]!++;
  world.recordCollateral(b, 'withdraw', amount, reason, layer, before);
  log.collateralWithdraw(b, amount, reason, before - amount);
}
