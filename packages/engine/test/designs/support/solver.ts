import loadHighs from 'highs';
import { sumOf, type Rule, type RulePayment } from './rules.js';

/** Its types say that the function is a member of the module; it is the module. */
const highs = await (loadHighs as unknown as typeof loadHighs.default)();

/** Nothing but a proof will do: amounts are whole, so a gap below one proves the value. */
const PROVEN = { output_flag: false, mip_rel_gap: 0, mip_abs_gap: 0.5 };

const sum = (weights: readonly number[]): string =>
  weights.flatMap((weight, i) => (weight === 0 ? [] : [`${weight < 0 ? '-' : '+'} ${Math.abs(weight)} x${i}`])).join(' ');

/** The netting optimum of spec 12 §6.11 as a program for a solver: each payment settles or not (0 or 1), and every rule holds. */
function program(queue: readonly RulePayment[], rules: readonly Rule[]): string {
  const rows = rules.flatMap(({ room, weight }) => {
    const left = sum(queue.map(weight));
    return left === '' ? [] : [`${left} <= ${room}`];
  });
  return [
    'Maximize',
    sum(queue.map(({ amount }) => amount)),
    'Subject To',
    ...rows,
    'Binaries',
    queue.map((_, i) => `x${i}`).join(' '),
    'End',
  ].join('\n');
}

/** The most valuable set that keeps to all rules, as HiGHS finds and proves it. */
export function solve(queue: readonly RulePayment[], rules: readonly Rule[]): { set: number[]; value: number } {
  const { Columns, Status } = highs.solve(program(queue, rules), PROVEN);
  if (Status !== 'Optimal') throw new Error(`the solver ended with ${Status}`);
  const set = queue.flatMap((_, i) => (Math.round((Columns[`x${i}`] as { Primal: number }).Primal) === 1 ? [i] : []));
  return { set, value: sumOf(set.map((i) => queue[i]!.amount)) };
}
