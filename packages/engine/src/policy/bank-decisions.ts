import { InvalidConfigError } from '../errors.js';
import { truncate } from '../numeric/integers.js';
import type { World } from '../world.js';
import { decideWithPath, type BankLeaf } from './compile.js';
import { EvaluationError } from './evaluation-error.js';
import { writeRegister } from './registers.js';

/** Evaluates every bank tree and carries out its decision at once (tick phase 6; spec 03 §7.1). */
export function decideBanks(world: World): void {
  world.budgets.clear();
  for (const b of world.policies.withBankTree) {
    if (world.stress?.outages.isOut(b)) continue;
    try {
      const { leaf, path } = decideWithPath(world.policies.of(b).bankTree!, world.context.lookAt(b));
      world.tracer?.record('bank_tree', b);
      execute(world, b, leaf, path);
    } catch (error) {
      if (!(error instanceof EvaluationError)) throw error;
      throw new InvalidConfigError(
        `Failed to evaluate bank_tree for ${world.banks.ids[b]}: Tree evaluation failed: ${error.message}`,
      );
    }
  }
}

function execute(world: World, b: number, leaf: BankLeaf, path: string): void {
  const { budgets, context, log } = world;
  switch (leaf.action) {
    case 'none':
      return;
    case 'fail':
      throw leaf.error;
    case 'budget': {
      const max = truncate(leaf.max(context));
      const maxPerCounterparty = leaf.maxPerCounterparty === null ? null : truncate(leaf.maxPerCounterparty(context));
      budgets.set(b, max, leaf.focus, maxPerCounterparty);
      log.bankBudgetSet(b, max, leaf.focus, maxPerCounterparty);
      return;
    }
    default:
      writeRegister(world, b, leaf.action, leaf.key, leaf.value(context), leaf.reason, path);
  }
}
