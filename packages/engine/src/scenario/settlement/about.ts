import type { AlgorithmType } from './config.js';

/** What each settlement algorithm does, in a paragraph (spec 12 §6). */
export const ALGORITHM_TEXTS: Readonly<Record<AlgorithmType, string>> = {
  retry:
    'Tries every queued payment alone, in queue order; money received on the way helps payments further back. `passes` such scans, or until one settles nothing. Which payments may overtake others of their bank is for the discipline of the queue.',
  bilateral:
    'Offsets all payments between two banks against each other, the pair with the largest mutual amount first; a pair settles as a whole or not at all. `legacy` judges pairs as the simulator does without a settlement block.',
  bilateral_subset:
    'Sets one payment after another against as few of the opposite ones as it takes, up to `max_partners` in queue order. `test_alone` first tries the payment alone. In the style of RITS.',
  bilateral_fifo:
    'Sets the heads of queues against each other, of two banks (`heads: bank`) or of the two directions of a pair (`heads: pair`), as long as any two settle. In the style of BOJ-NET.',
  bilateral_partial:
    'Takes the pairs with the smallest difference first and drops payments from the end of the queue of the bank that falls short until the rest settles. In the style of TARGET2’s third algorithm.',
  rings:
    'Settles closed chains of up to `max_length` banks, the most valuable first, at most `max_attempts`. Longer chains are searched only in queues of up to `max_queue` payments. `edges: all` takes all parallel payments of a triangle, `edges: one` single payments.',
  multilateral:
    'All payments at once at their net positions. If a bank falls short: `carry` settles nothing, `drop` drops payments as partial netting does, `exclude` leaves out one bank after another, `unwind` sends the batch back to the banks.',
  partial_netting:
    'Takes payments out of the whole queue until every bank can pay its net position, from the end of its queue (`drop: last`: the greatest set that keeps every bank’s order) or by best fit; `refill` puts payments back, alone or in chains that pay for each other.',
  search:
    'Many extractions from different starts, each filled up again and improved payment by payment; the best one settles. At most `max_starts`.',
  local_search:
    'A filled set, improved by small changes: a payment joins or leaves, or takes the place of another, and a chain of others makes up for what that costs. At most `max_steps`. Ours.',
  receipt_reactive:
    'Settles a payment if its bank can pay and has received at least that much more than it paid this way, in a `window` of ticks or in the day. In the style of the RRGS proposal.',
  optimal:
    'The best set there is: the greatest value, then the greatest number, then the earliest payments; by branch and bound, up to `node_limit` nodes. Says what it proved.',
  custom:
    'Code of your own that names sets of payments; each is checked before money moves. Handed over by a program, or loaded with --plugin.',
};
