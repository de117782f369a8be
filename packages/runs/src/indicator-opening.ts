import { DEFAULT_HAIRCUT, type EngineConfig } from '@simcash/engine';
import type { Opening } from '@simcash/indicators';
import { Calendar, hoursOf } from '@simcash/payments/schema';
import { byCodePoint } from '@simcash/protocol';

/** What indicators must know of a configuration besides the log. */
export function indicatorOpening({
  agent_configs,
  clock,
  deferred_crediting,
  num_days,
  priority_mode,
  settlement,
  ticks_per_day,
}: EngineConfig): Opening {
  return {
    ticks_per_day,
    agents: agent_configs
      .map((agent) => ({
        agent_id: agent.id,
        opening_balance: agent.opening_balance,
        unsecured_cap: agent.unsecured_cap,
        posted_collateral: agent.posted_collateral ?? 0,
        collateral_haircut: agent.collateral_haircut ?? DEFAULT_HAIRCUT,
      }))
      .sort((a, b) => byCodePoint(a.agent_id, b.agent_id)),
    deferred_crediting,
    is_fifo: settlement ? settlement.queue.priority === 'none' && settlement.queue.urgent_receivers.length === 0 : !priority_mode,
    has_design: settlement !== undefined,
    calendar: clock === undefined ? null : calendarOf(new Calendar(clock, num_days, ticks_per_day)),
  };
}

const calendarOf = (calendar: Calendar): Opening['calendar'] => ({
  open_ticks: calendar.days.map((day) => day.openTicks),
  hours: hoursOf(calendar).ticks,
});
