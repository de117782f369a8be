import type { CostBreakdown, ExperimentEvent, StoredExperiment } from '@simcash/protocol';
import { init, use, type ComposeOption } from 'echarts/core';
import { BarChart, LineChart, type BarSeriesOption, type LineSeriesOption } from 'echarts/charts';
import {
  GridComponent,
  LegendComponent,
  TitleComponent,
  type GridComponentOption,
  type LegendComponentOption,
  type TitleComponentOption,
} from 'echarts/components';
import { SVGRenderer } from 'echarts/renderers';
import { parametersOf } from '../policies/policy.js';
import { sum } from '../scenario.js';

use([BarChart, LineChart, GridComponent, LegendComponent, TitleComponent, SVGRenderer]);

type Option = ComposeOption<
  BarSeriesOption | GridComponentOption | LegendComponentOption | LineSeriesOption | TitleComponentOption
>;

const WIDTH = 1000;
const HEIGHT = 600;

/** Colours that stay apart in print and for colour-blind readers (Okabe and Ito 2008). */
const COLOURS = ['#0072b2', '#d55e00', '#009e73', '#cc79a7', '#e69f00', '#56b4e9', '#000000'];

export interface ChartOptions {
  /** Only this bank. */
  agent?: string;
  /** The parameter to draw or to write at the points. */
  parameter?: string;
}

/** The cost of every tested policy, and of the policy in force, by iteration; sums over banks unless one is named (spec 11 §13). */
export function costChart(run: StoredExperiment, { agent, parameter }: ChartOptions = {}): string {
  const { iterations, run_id } = run;
  const costs = iterations.map(
    ({ costs_per_agent, total_cost }) => (agent === undefined ? total_cost : costs_per_agent[agent]!) / 100,
  );
  const tested = iterations.map(({ costs_per_agent, evaluations }) => {
    const newest = (id: string): number =>
      evaluations.findLast(({ agent_id }) => agent_id === id)?.new_cost ?? costs_per_agent[id]!;
    const agents = agent === undefined ? Object.keys(costs_per_agent) : [agent];
    return sum(agents.map(newest)) / 100;
  });
  const isMean = iterations.some(({ costs_per_agent, total_cost }) => sum(Object.values(costs_per_agent)) !== total_cost);
  const scale = agent === undefined && isMean ? 1 / Object.keys(iterations[0]!.costs_per_agent).length : 1;
  const labels = parameter === undefined || agent === undefined ? [] : values(run, agent, parameter);
  return svg({
    ...frame(
      `Cost Convergence - ${run_id}${agent === undefined ? '' : ` (${agent})`}`,
      'cost in units of 100 cents',
      iterations.length,
    ),
    series: [
      {
        name: 'proposed',
        type: 'line',
        data: tested.map((cost, i) => [i + 1, cost * scale]),
        lineStyle: { type: 'dashed', color: '#999' },
        itemStyle: { color: '#999' },
      },
      {
        name: 'in force',
        type: 'line',
        data: costs.map((cost, i) => [i, cost]),
        label: {
          show: labels.length > 0,
          formatter: ({ dataIndex }) => {
            const value = labels[dataIndex]?.toFixed(2) ?? '';
            return dataIndex === 0 ? `${parameter} ${value}` : value;
          },
        },
      },
    ],
  });
}

/** The way of a parameter of all banks, or of one. */
export function parameterChart(
  run: StoredExperiment,
  { agent, parameter = 'initial_liquidity_fraction' }: ChartOptions = {},
): string {
  const agents = agent === undefined ? Object.keys(run.iterations[0]?.policies ?? {}) : [agent];
  return svg({
    ...frame(`${parameter} - ${run.run_id}`, parameter, run.iterations.length),
    series: agents.map((id) => ({
      name: id,
      type: 'line',
      step: 'end',
      data: values(run, id, parameter).map((value, i) => [i, value ?? NaN]),
    })),
  });
}

/** What each bank's cost is made of, iteration by iteration. */
export function breakdownChart(run: StoredExperiment, events: readonly ExperimentEvent[], agent: string): string {
  const breakdowns = events.flatMap((event): CostBreakdown[] =>
    event.event_type === 'evaluation' && event.event_data.per_agent_breakdown[agent]
      ? [event.event_data.per_agent_breakdown[agent]]
      : [],
  );
  const components = (Object.keys(breakdowns[0] ?? {}) as (keyof CostBreakdown)[]).filter((key) =>
    breakdowns.some((costs) => costs[key] !== 0),
  );
  return svg({
    ...frame(`Cost by component - ${run.run_id} (${agent})`, 'cost in units of 100 cents', breakdowns.length),
    xAxis: {
      type: 'category',
      name: 'iteration',
      nameLocation: 'middle',
      nameGap: 30,
      data: breakdowns.map((_, i) => String(i)),
    },
    series: components.map((key) => ({
      name: key.replaceAll('_', ' '),
      type: 'bar',
      stack: 'cost',
      data: breakdowns.map((costs) => costs[key] / 100),
    })),
  });
}

function values({ iterations }: StoredExperiment, agent: string, parameter: string): (number | undefined)[] {
  return iterations.map(({ policies }) => {
    const value = parametersOf(policies[agent]!)[parameter];
    return typeof value === 'number' ? value : undefined;
  });
}

function frame(title: string, unit: string, iterations: number): Option {
  return {
    title: { text: title, left: 'center' },
    legend: { top: 30 },
    grid: { left: 80, right: 40, top: 80, bottom: 60 },
    xAxis: {
      type: 'value',
      name: 'iteration',
      nameLocation: 'middle',
      nameGap: 30,
      min: 0,
      max: Math.max(1, iterations),
      minInterval: 1,
    },
    yAxis: { type: 'value', name: unit, nameLocation: 'middle', nameGap: 60 },
    color: COLOURS,
    animation: false,
    backgroundColor: '#fff',
  };
}

function svg(option: Option): string {
  const chart = init(null, null, { renderer: 'svg', ssr: true, width: WIDTH, height: HEIGHT });
  chart.setOption(option);
  const text = chart.renderToSVGString();
  chart.dispose();
  return text;
}
