import { Simulation } from '../dist/index.js';

/** The payments that a scenario generates, as the list of the same scenario without generators: what arrives is the same. */
export function listedScenario(document) {
  const payments = arrivalsOf(document);
  const list = { sha256: '0'.repeat(64), length: payments.length, at: (place) => payments[place] };
  const key = { sources: [{ run: 'generated' }], dataset_sha256: list.sha256, num_payments: list.length, total_value: 0 };
  const agents = document.agents.map(({ arrival_config: _, ...agent }) => agent);
  return { document: { ...document, agents, payments: key }, payments: list };
}

function arrivalsOf(document) {
  const payments = [];
  const write = (batch) => {
    for (const event of batch) if (event.event_type === 'Arrival') payments.push(listed(event, payments.length + 1));
  };
  Simulation.create(document, { sink: { write }, history: 'release' }).run();
  return payments;
}

const listed = (event, row) => ({
  tick: event.tick,
  sender_id: event.sender_id,
  receiver_id: event.receiver_id,
  amount: event.amount,
  deadline_tick: event.deadline,
  priority: event.priority,
  rtgs_priority: null,
  is_divisible: event.is_divisible,
  external_ref: null,
  payment_type: null,
  on_behalf_of: null,
  time_critical: false,
  source: 0,
  source_row: row,
});
