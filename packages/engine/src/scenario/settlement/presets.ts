/** A settlement block under a name. “In the style of”: the published shape of a mechanism on our ticks, not a replica (spec 12 §7). */
export interface Preset {
  /** What it stands for, in a sentence. */
  readonly about: string;
  /** As users write it. */
  readonly block: unknown;
}

/** Settlement designs that have a name, by their names. */
export const PRESETS: Readonly<Record<string, Preset>> = {
  rtgs: {
    about: 'Plain RTGS with a bypass queue.',
    block: { runs: [{ name: 'retry', algorithms: ['retry'] }] },
  },
  rtgs_strict: {
    about: 'RTGS with a strict queue, first in, first out.',
    block: {
      queue: { discipline: 'strict' },
      runs: [{ name: 'retry', algorithms: [{ type: 'retry', passes: 'until_stable' }] }],
    },
  },
  rtgs_lsm: {
    about: 'What the simulator does without a settlement block: whole pairs, then rings.',
    block: {
      runs: [
        { name: 'retry', algorithms: ['retry'] },
        {
          name: 'lsm',
          repeat: 3,
          algorithms: [
            { type: 'bilateral', legacy: true },
            { type: 'rings', max_length: 4, max_attempts: 10, max_queue: 100, edges: 'all', legacy: true },
          ],
        },
      ],
    },
  },
  gridlock: {
    about: 'RTGS with gridlock resolution, in the style of KRONOS and of Bech and Soramäki.',
    block: {
      queue: { discipline: 'strict' },
      runs: [{ name: 'gridlock', algorithms: [{ type: 'retry', passes: 'until_stable' }, 'partial_netting'] }],
    },
  },
  t2: {
    about: 'In the style of TARGET2/T2: offsets at entry, classes, net limits, the three optimisation algorithms.',
    block: {
      entry: { offset: 'head_or_inflow' },
      queue: { priority: 'rtgs', discipline: { highly_urgent: 'strict', urgent: 'strict', normal: 'class_bypass' } },
      limits: 'net',
      runs: [
        {
          name: 'optimisation',
          algorithms: [{ type: 'retry', passes: 'until_stable' }, 'multilateral', 'partial_netting', 'bilateral_partial'],
        },
      ],
    },
  },
  chaps: {
    about:
      'In the style of CHAPS: urgent payments at once, the rest in matching cycles. The algorithm is not public in its details.',
    block: {
      entry: { gross: { highly_urgent: true, urgent: true, normal: false } },
      queue: { priority: 'rtgs' },
      runs: [
        { name: 'urgent', classes: ['highly_urgent', 'urgent'], algorithms: [{ type: 'retry', passes: 'until_stable' }] },
        {
          name: 'matching',
          when: { every: 2 },
          classes: ['normal'],
          algorithms: [{ type: 'retry', passes: 'until_stable' }, 'bilateral_partial', 'partial_netting'],
        },
      ],
    },
  },
  rits: {
    about:
      'In the style of RITS: each payment against up to ten opposite ones. For sub-limits add a reservation with mode floor.',
    block: {
      runs: [
        { name: 'queue', repeat: 'until_stable', algorithms: [{ type: 'bilateral_subset', max_partners: 10, test_alone: true }] },
      ],
    },
  },
  boj: {
    about:
      'In the style of the queueing and offsetting accounts of BOJ-NET: heads of queues against each other, netting four times a day.',
    block: {
      entry: { offset: 'head' },
      queue: { discipline: 'strict' },
      runs: [
        {
          name: 'bilateral',
          repeat: 'until_stable',
          algorithms: [
            { type: 'retry', passes: 'until_stable' },
            { type: 'bilateral_fifo', heads: 'bank' },
          ],
        },
        { name: 'multilateral', when: { times_per_day: 4 }, algorithms: ['partial_netting'] },
      ],
    },
  },
  lynx: {
    about: 'In the style of Lynx: an urgent mechanism without and one with liquidity saving, on one account instead of two.',
    block: {
      queue: { priority: 'rtgs' },
      runs: [
        { name: 'upm', classes: ['highly_urgent'], algorithms: ['retry'] },
        { name: 'lsm', classes: ['urgent', 'normal'], repeat: 'until_stable', algorithms: ['retry', 'bilateral_subset'] },
        { name: 'offset', when: { every: 4 }, classes: ['urgent', 'normal'], algorithms: ['partial_netting'] },
      ],
    },
  },
  chips: {
    about:
      'In the style of the balanced release of CHIPS, without position maxima and prefunding; its algorithm is not disclosed.',
    block: {
      runs: [
        {
          name: 'release',
          repeat: 'until_stable',
          algorithms: ['retry', 'bilateral_subset', { type: 'partial_netting', drop: 'best_fit' }],
        },
        { name: 'closing', when: 'end_of_day', algorithms: ['search'] },
      ],
    },
  },
  dns: {
    about: 'Deferred net settlement at the end of the day.',
    block: {
      entry: { gross: false },
      runs: [
        { name: 'net', when: 'end_of_day', retry_after: false, algorithms: [{ type: 'multilateral', on_shortfall: 'drop' }] },
      ],
    },
  },
  dns_cycles: {
    about: 'Deferred net settlement in six cycles.',
    block: {
      entry: { gross: false },
      runs: [
        {
          name: 'net',
          when: { times_per_day: 6 },
          retry_after: false,
          algorithms: [{ type: 'multilateral', on_shortfall: 'drop' }],
        },
      ],
    },
  },
  rrgs: {
    about: 'In the style of the RRGS proposal: normal payments settle out of what their bank received.',
    block: {
      entry: { gross: { highly_urgent: true, urgent: true, normal: false } },
      queue: { priority: 'rtgs' },
      runs: [
        { name: 'urgent', classes: ['highly_urgent', 'urgent'], algorithms: [{ type: 'retry', passes: 'until_stable' }] },
        { name: 'receipts', classes: ['normal'], algorithms: ['receipt_reactive'] },
        {
          name: 'closing',
          when: 'end_of_day',
          classes: ['normal'],
          algorithms: [{ type: 'retry', passes: 'until_stable' }, 'partial_netting'],
        },
      ],
    },
  },
  recommended: {
    about: 'The most value at once: ours.',
    block: { runs: [{ name: 'main', algorithms: [{ type: 'retry', passes: 'until_stable' }, 'search'] }] },
  },
  recommended_fifo: {
    about: 'First what keeps the order of the banks, then the rest: ours.',
    block: { runs: [{ name: 'main', algorithms: [{ type: 'retry', passes: 'until_stable' }, 'partial_netting', 'search'] }] },
  },
  optimal: {
    about: 'The best set there is: the benchmark.',
    block: { runs: [{ name: 'main', algorithms: ['optimal'] }] },
  },
  best: {
    about: 'The most value that a bounded search finds, also in dense gridlocks. Ours.',
    block: { runs: [{ name: 'best', algorithms: [{ type: 'retry', passes: 'until_stable' }, 'local_search'] }] },
  },
};
