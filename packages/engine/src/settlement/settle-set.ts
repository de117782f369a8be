import { settlementCode } from '../payments/payments.js';
import type { SettlementType } from '@simcash/protocol';
import type { World } from '../world.js';
import type { Scope, SettlementAlgorithm } from './algorithm.js';
import { settleNet } from './settle.js';

/**
 * Settles a feasible set of queued payments at its net positions and logs it (spec 12 §5). `set` is in the order in which it is named;
 * `considered` payments were looked at for it.
 */
export function settleSet(
  world: World,
  algorithm: Pick<SettlementAlgorithm, 'type'>,
  scope: Pick<Scope, 'run'>,
  set: readonly number[],
  considered: number,
): void {
  const { clock, log, lsmRecords, payments, queue2, system } = world;
  const nets = netPositions(world, set);
  const uses = reservationsUsed(world, set);
  const amounts = set.map((p) => payments.remaining[p]!);
  for (const p of set) queue2.remove(p, clock.tick);
  settleNet(world, set, nets, settlementCode(`lsm_netted_${algorithm.type}` as SettlementType));
  uses();
  const numbers = set.map((p) => payments.number[p]!);
  const [largest, payer] = largestNetPayer(nets);
  const total = amounts.reduce((sum, amount) => sum + amount, 0);
  log.rare('LsmNettedSettlement', {
    run: scope.run,
    algorithm: algorithm.type,
    tx_ids: numbers,
    senders: set.map((p) => payments.sender[p]!),
    receivers: set.map((p) => payments.receiver[p]!),
    amounts,
    agents: nets.map(([b]) => b),
    net_positions: nets.map(([, net]) => net),
    total_value: total,
    max_net_outflow: largest,
    max_net_outflow_agent: payer,
    considered,
    dropped: considered - set.length,
  });
  system.hasOffset = true;
  lsmRecords.add({
    type: 'netted',
    agents: nets.map(([b]) => b),
    transactions: numbers,
    amounts: set.map((p) => payments.amount[p]!),
    nets: nets.map(([, net]) => net),
    settledValue: total,
    totalValue: total,
    maxNetOutflow: largest,
    maxNetOutflowAgent: payer,
    algorithm: algorithm.type,
    eventSeq: log.total - 1,
  });
}

/** Banks of a set in id order with what each receives net. */
function netPositions({ payments }: World, set: readonly number[]): [bank: number, net: number][] {
  const nets = new Map<number, number>();
  const add = (b: number, amount: number): void => void nets.set(b, (nets.get(b) ?? 0) + amount);
  for (const p of set) {
    add(payments.sender[p]!, -payments.remaining[p]!);
    add(payments.receiver[p]!, payments.remaining[p]!);
  }
  return [...nets].sort(([a], [b]) => a - b);
}

/** Of equally large net payers the smallest id; −1 where nobody pays. */
function largestNetPayer(nets: readonly (readonly [bank: number, net: number])[]): [largest: number, payer: number] {
  let [largest, payer] = [0, -1];
  for (const [b, net] of nets) if (-net > largest) [largest, payer] = [-net, b];
  return [largest, payer];
}

/** Uses up what banks of a set had reserved for it. Classes are read now, so it is called before the set settles. */
export function useReservations(world: World, set: readonly number[]): void {
  reservationsUsed(world, set)();
}

function reservationsUsed(world: World, set: readonly number[]): () => void {
  const { payments, system } = world;
  const { reservations } = system;
  if (reservations === null) return () => undefined;
  const paid = new Map<number, number[]>();
  for (const p of set) {
    const sums = paid.get(payments.sender[p]!) ?? [0, 0, 0];
    sums[system.classes.of(p)]! += payments.remaining[p]!;
    paid.set(payments.sender[p]!, sums);
  }
  const debits = netPositions(world, set).filter(([, net]) => net < 0);
  return () => {
    for (const [b, net] of debits) reservations.useForSet(b, -net, paid.get(b)!);
  };
}
