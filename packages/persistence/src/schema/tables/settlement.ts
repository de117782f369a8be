import { COLLATERAL_ACTIONS, COLLATERAL_LAYERS, CYCLE_TYPES } from '@simcash/protocol';
import {
  bank,
  banks,
  bigint,
  bigints,
  integer,
  name,
  optional,
  payment,
  payments,
  simulation,
  table,
  text,
  word,
} from '../column.js';

export const collateral_events = table({
  about: 'Every decision about collateral, with the true values around it.',
  written: 'From level EVENTS, every tick; decisions to do nothing (reason `HoldCollateral`) at FULL only',
  level: 'EVENTS',
  bulk: true,
  primaryKey: ['simulation_id', 'collateral_seq'],
  columns: {
    simulation_id: simulation,
    collateral_seq: bigint('position, from 0, in order of decision'),
    agent_id: bank('bank'),
    tick: integer('tick, from 0 over the whole run'),
    day: integer('day, from 0: `tick // ticks_per_day`'),
    action: word(COLLATERAL_ACTIONS, '`post`, `withdraw` or `hold`'),
    amount: bigint('cents moved; 0 for `hold`'),
    reason: name('reason, as in the event'),
    layer: word(
      COLLATERAL_LAYERS,
      'who decided: `strategic`, `end_of_tick` (trees of the policy), `timer`, `scenario`, `manual`',
    ),
    balance_before: bigint('cents'),
    balance_after: bigint('cents; the same, as collateral moves no cash'),
    posted_collateral_before: bigint('cents'),
    posted_collateral_after: bigint('cents'),
    available_capacity_after: bigint('cents that could still be posted'),
    event_seq: optional(bigint('its event; `NULL` for `hold`')),
  },
});

export const lsm_cycles = table({
  about: 'Every settled offset of a pair, every settled cycle, every settled netted set.',
  written: 'From level EVENTS, every tick',
  level: 'EVENTS',
  primaryKey: ['simulation_id', 'cycle_id'],
  columns: {
    simulation_id: simulation,
    cycle_id: text('`{simulation_id}-lsm{n}`, n from 0, 6 digits'),
    tick: integer('tick, from 0 over the whole run'),
    day: integer('day, from 0: `tick // ticks_per_day`'),
    cycle_type: word(CYCLE_TYPES, '`bilateral`: a pair; `multilateral`: a cycle; `netted`: a set at its net positions'),
    num_agents: integer('banks'),
    num_transactions: integer('payments'),
    total_amount: bigint('cents; sum of all payments'),
    settled_value: bigint('cents; of a pair the smaller direction, else `total_amount`'),
    agent_ids: banks('banks, in the order of the cycle; of a netted set by id'),
    tx_ids: payments('payments'),
    tx_amounts: bigints('cents, parallel to `tx_ids`'),
    net_positions: bigints('cents, parallel to `agent_ids`; + is an inflow'),
    max_net_outflow: bigint('cents; the most that one bank had to pay on balance'),
    max_net_outflow_agent: optional(bank('that bank')),
    event_seq: bigint('its event'),
    algorithm: optional(name('algorithm of the settlement design; `NULL` without one')),
  },
});

export const lsm_cycle_transactions = table({
  about: 'The payments of offsets and cycles, one row each.',
  written: 'From level EVENTS, every tick',
  level: 'EVENTS',
  primaryKey: ['simulation_id', 'cycle_id', 'position'],
  columns: {
    simulation_id: simulation,
    cycle_id: text('→ `lsm_cycles`'),
    position: integer('position in the cycle, from 0'),
    tx_id: payment('payment'),
    amount: bigint('cents'),
  },
});
