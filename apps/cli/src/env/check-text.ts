import { environmentSpec, type EnvironmentPlan, type Space } from '@simcash/environments';
import { visible } from '@simcash/protocol';

/** What learners are asked, what they may answer and what they see, for people. */
export function environmentText(file: string, plan: EnvironmentPlan): string {
  const { action } = environmentSpec(plan);
  const { clip, fields, queue } = plan.observation;
  const { costs, per, scale } = plan.resolved.reward;
  const rows: [string, string][] = [
    ['learners', plan.learners.map(visible).join(', ')],
    ['episode', `${plan.ticks} ticks, ${plan.scenario.config.ticks_per_day} a day`],
    ...Object.entries(action).map(([point, space]): [string, string] => [
      point,
      `${plan.resolved.decisions.find(({ at }) => at === point)!.action}: ${spaceText(space)}`,
    ]),
    ['sees', `${fields.map(visible).join(', ')}; cut to ±${clip}`],
    ...(queue.max === 0
      ? []
      : [['of payments', `${queue.fields.join(', ')}; the first ${queue.max} of the own queue`] as [string, string]]),
    ['is paid', `−${scale} × (${costs.join(' + ')}) cents, per ${per}`],
    ['seed', String(plan.seed)],
  ];
  const width = Math.max(...rows.map(([name]) => name.length));
  return [`${visible(file)}: valid`, ...rows.map(([name, text]) => `  ${name.padEnd(width)}  ${text}`), ''].join('\n');
}

function spaceText(space: Space): string {
  if (space.type === 'discrete') return `a whole number from 0 to ${space.n - 1}`;
  if (space.type === 'multi_binary') return `${space.n} bits`;
  const ranges = space.low.map((low, i) => `${low} to ${space.high[i]}`);
  return ranges.length === 1 ? `a number from ${ranges[0]}` : `${ranges.length} numbers: ${ranges.join(', ')}`;
}
