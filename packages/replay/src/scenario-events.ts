import { counted, money, type EventOf } from '@simcash/protocol';

type Details = Record<string, never> & Record<string, unknown>;

const DESCRIPTIONS: Record<string, (d: Record<string, number> & Record<string, string>) => string> = {
  direct_transfer: (d) => `direct transfer ${d.from_agent} → ${d.to_agent} ${money(d.amount!)}`,
  custom_transaction_arrival: (d) =>
    `payment ordered: ${d.tx_id} ${d.from_agent} → ${d.to_agent} ${money(d.amount!)}, deadline tick ${d.deadline}`,
  collateral_adjustment: (d) => `unsecured cap of ${d.agent} changed by ${money(d.delta!)}`,
  global_arrival_rate_change: (d) => `all arrival rates at ${d.multiplier} times their base`,
  agent_arrival_rate_change: (d) => `arrival rate of ${d.agent} times ${d.multiplier}: ${d.old_rate} → ${d.new_rate}`,
  counterparty_weight_change: (d) => `weight of ${d.counterparty} as counterparty of ${d.agent} is ${d.new_weight}`,
  deadline_window_change: (d) =>
    `deadline windows: earliest times ${d.min_ticks_multiplier ?? 1}, latest times ${d.max_ticks_multiplier ?? 1}`,
  participant_outage: (d) => {
    const [incoming, queued] = [d.incoming === 'block', d.central_queue === 'freeze'];
    return `${d.agent} is out${until(d)}${incoming ? ', nothing settles to it' : ''}${queued ? ', its queued payments are frozen' : ''}`;
  },
  system_outage: (d) => `the central system is out${until(d)}`,
  liquidity_shock: (d) => `liquidity shock for ${d.agent}${until(d)}: ${moved(d)}`,
  liquidity_restored: (d) => `liquidity comes back to ${d.agent}: ${moved(d)}`,
  payment_delay: (d) =>
    `payments of ${d.agent === 'all' ? 'all banks' : d.agent} are kept back for ${counted(d.delay_ticks!, 'tick')} each${until(d)}`,
};

type Numbers = Record<string, number> & Record<string, string>;

const until = (d: Numbers): string => (d.until_tick == null ? '' : ` until tick ${d.until_tick}`);
const moved = (d: Numbers): string =>
  `balance ${signed(d.balance_moved!)} to ${money(d.balance_after!)}, credit ${signed(d.unsecured_cap_moved!)}, collateral ${signed(d.posted_collateral_moved!)}, haircut ${d.collateral_haircut_after}`;
const signed = (cents: number): string => `${cents < 0 ? '' : '+'}${money(cents)}`;

/** One line about a scenario event. */
export function describeScenarioEvent({ details_json, scenario_event_type: type }: EventOf<'ScenarioEventExecuted'>): string {
  const details = JSON.parse(details_json) as Details;
  if (type === 'scheduled_settlement') {
    const parties = `${String(details.from_agent)} → ${String(details.to_agent)} ${money(Number(details.amount))}`;
    return `scheduled settlement ${parties}: ${details.settled ? 'settled' : `not settled (${String(details.reason)})`}`;
  }
  return DESCRIPTIONS[type]?.(details as never) ?? `${type} ${details_json}`;
}
