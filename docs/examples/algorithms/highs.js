// The optimum by a mixed-integer solver, for queues in which branch and bound gives up: npm install highs
import loadHighs from 'highs';

const highs = await loadHighs();

// Amounts are whole cents, so a gap below one proves the value.
const PROVEN = { output_flag: false, mip_rel_gap: 0, mip_abs_gap: 0.5 };

export default {
  name: 'highs',
  select(view) {
    const { Columns, Status } = withClockStopped(() => highs.solve(program(view), PROVEN));
    if (Status !== 'Optimal') throw new Error(`HiGHS ended with ${Status}`);
    const set = view.payments.filter(({ index }) => Math.round(Columns[`x${index}`].Primal) === 1).map(({ index }) => index);
    return set.length === 0 ? [] : [set];
  },
};

// An algorithm has no clock. HiGHS needs one only to date the file, in memory, from which it reads the program.
function withClockStopped(work) {
  const { Date: none } = globalThis;
  globalThis.Date = { now: () => 0 };
  try {
    return work();
  } finally {
    globalThis.Date = none;
  }
}

// Each payment settles or not; every constraint of spec 12 §4 is a row.
function program({ banks, netLimits, payments }) {
  const rows = [];
  const row = (weight, room) => {
    const terms = payments
      .filter((p) => weight(p) !== 0)
      .map((p) => `${weight(p) < 0 ? '-' : '+'} ${Math.abs(weight(p))} x${p.index}`);
    if (terms.length > 0 && room !== null) rows.push(`${terms.join(' ')} <= ${room}`);
  };
  const isUrgent = (p) => p.class !== 'normal';
  for (const { available, bilateralRooms, id, multilateralRoom, reserved } of banks) {
    const paid = (p, counts = true) => (p.sender === id && counts ? p.amount : 0);
    const received = (p) => (p.receiver === id ? p.amount : 0);
    row((p) => paid(p) - received(p), available);
    row((p) => paid(p, p.class !== 'highly_urgent') - received(p), Math.max(available - reserved[0], 0));
    row((p) => paid(p, !isUrgent(p)) - received(p), Math.max(available - reserved[0] - reserved[1], 0));
    row((p) => paid(p) - (netLimits ? received(p) : 0), multilateralRoom);
    for (const [other, room] of Object.entries(bilateralRooms))
      row((p) => paid(p, p.receiver === other) - (netLimits && p.sender === other ? received(p) : 0), room);
  }
  const value = payments.map(({ amount, index }) => `+ ${amount} x${index}`).join(' ');
  const binaries = payments.map(({ index }) => `x${index}`).join(' ');
  return ['Maximize', value, 'Subject To', ...rows, 'Binaries', binaries, 'End'].join('\n');
}
