/** What the indicators of the report mean (spec 14). */
export const DEFINITIONS: readonly (readonly [name: string, text: string])[] = [
  [
    'settled',
    'A payment counts as settled when all its parts are. Rates are of what arrived in the run, by number and by value.',
  ],
  [
    'delay indicator',
    '0 if everything settled in the tick in which it arrived, 1 if nothing settled on its day: waiting weighted by value, against the longest possible one.',
  ],
  ['mean delay, by value', 'Ticks from arrival to settlement of settled payments, weighted by their amounts.'],
  [
    'late',
    'Settled after its deadline. Missed: unsettled, and the deadline has passed or the payment was cancelled. Open: neither.',
  ],
  ['liquidity used', 'Σ over banks and days of the largest net amount that a bank had paid out at the end of a tick of the day.'],
  ['turnover', 'Value settled by the liquidity used.'],
  [
    'credit used, at the limit',
    'What a balance is below zero at the end of a tick, before pools are returned; at the limit when that is all the credit the bank has.',
  ],
  ['saved', 'Of payments settled against each other: their sum less what banks paid net.'],
  [
    'gridlock, deadlock',
    'A tick in which payments wait centrally and nothing settles: gridlock if they could settle together, deadlock if not.',
  ],
];
