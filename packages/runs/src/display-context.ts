import { Calendar, isoDate, startOfTick } from '@simcash/payments/schema';
import { DEFAULT_HAIRCUT, type EngineConfig } from '@simcash/engine';
import { byCodePoint, type DisplayContext } from '@simcash/protocol';

/** What the display must know about a configuration. */
export function displayContext(config: EngineConfig): DisplayContext {
  return {
    ticks_per_day: config.ticks_per_day,
    agents: config.agent_configs
      .map((agent) => ({
        agent_id: agent.id,
        opening_balance: agent.opening_balance,
        collateral_haircut: agent.collateral_haircut ?? DEFAULT_HAIRCUT,
      }))
      .sort((a, b) => byCodePoint(a.agent_id, b.agent_id)),
    delay_cost_per_tick_per_cent: config.cost_rates.delay_cost_per_tick_per_cent,
    overdue_delay_multiplier: config.cost_rates.overdue_delay_multiplier,
    ...localTimes(config),
  };
}

/** With a clock ticks have local times (spec 13 §9.3). */
function localTimes({ clock, num_days, ticks_per_day }: EngineConfig): Pick<DisplayContext, 'localTime'> {
  if (clock === undefined) return {};
  const calendar = new Calendar(clock, num_days, ticks_per_day);
  return {
    localTime: (tick) => {
      const time = startOfTick(calendar, tick);
      if (time === null || num_days === 1) return time;
      return `${isoDate(calendar.days[Math.floor(tick / ticks_per_day)]!.date)} ${time}`;
    },
  };
}
