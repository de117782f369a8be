import type { ActionName, TreeKind } from './document.js';

/** How an action parameter is written: any value that gives a number, a literal text, or a literal list of texts. */
type ParameterKind = 'number' | 'text' | 'texts';

/** A parameter that an action reads. */
export interface ActionParameter {
  name: string;
  kind: ParameterKind;
  required: boolean;
  about: string;
  example: unknown;
  /** The only texts with a meaning, where that is so. */
  values?: readonly string[];
}

type ActionCategory = 'PaymentAction' | 'BankAction' | 'CollateralAction' | 'RtgsAction';

/** An entry of the action registry: the one source for validation, compilation, schema and documentation. */
export interface ActionDefinition {
  category: ActionCategory;
  tree: TreeKind;
  about: string;
  parameters: readonly ActionParameter[];
}

const number = (name: string, required: boolean, about: string, example: unknown): ActionParameter => ({
  name,
  kind: 'number',
  required,
  about,
  example,
});

const RELEASE_PARAMETERS: readonly ActionParameter[] = [
  {
    name: 'priority_flag',
    kind: 'text',
    required: false,
    about: 'Sets the internal priority before the release: HIGH 10, MEDIUM 5, LOW 1, any other text 5.',
    example: 'HIGH',
    values: ['HIGH', 'MEDIUM', 'LOW'],
  },
  number(
    'timed_for_tick',
    false,
    'If this tick is in the future, the payment is released automatically then, outside any budget.',
    12,
  ),
];

const SPLIT_PARAMETERS = [number('num_splits', true, 'Number of parts, at least 2; never more than the payment has cents.', 4)];

const HOLD_REASONS = ['InsufficientLiquidity', 'AwaitingInflows', 'LowPriority', 'NearDeadline'];

/** Reasons for collateral decisions; any other text counts as the first. */
export const COLLATERAL_REASONS = [
  'UrgentLiquidityNeed',
  'PreemptivePosting',
  'LiquidityRestored',
  'EndOfDayCleanup',
  'DeadlineEmergency',
  'CostOptimization',
] as const;

const COLLATERAL_REASON: ActionParameter = {
  name: 'reason',
  kind: 'text',
  required: false,
  about: 'Why; shown in events and records. Anything else counts as UrgentLiquidityNeed.',
  example: 'PreemptivePosting',
  values: COLLATERAL_REASONS,
};

const REGISTER_PARAMETERS = (what: string): readonly ActionParameter[] => [
  {
    name: 'key',
    kind: 'text',
    required: true,
    about: 'Register name; must begin with bank_state_. A bank has at most ten.',
    example: 'bank_state_mode',
  },
  number('value', true, what, 1),
  {
    name: 'reason',
    kind: 'text',
    required: false,
    about: 'Shown in the event; policy_action unless given.',
    example: 'entered stress mode',
  },
];

/** Every action with its tree and its parameters (spec 06 §7). */
export const ACTIONS: Record<ActionName, ActionDefinition> = {
  Release: {
    category: 'PaymentAction',
    tree: 'payment',
    about: 'Releases the payment to the central system, unless the bank’s budget refuses it.',
    parameters: RELEASE_PARAMETERS,
  },
  ReleaseWithCredit: {
    category: 'PaymentAction',
    tree: 'payment',
    about: 'The same as Release; the name says that credit is meant to be used.',
    parameters: RELEASE_PARAMETERS,
  },
  PaceAndRelease: {
    category: 'PaymentAction',
    tree: 'payment',
    about: 'The same as Split: parts are released at once.',
    parameters: SPLIT_PARAMETERS,
  },
  Split: {
    category: 'PaymentAction',
    tree: 'payment',
    about: 'Cuts the payment into equal parts and releases all of them, outside any budget, at the price of split friction.',
    parameters: SPLIT_PARAMETERS,
  },
  StaggerSplit: {
    category: 'PaymentAction',
    tree: 'payment',
    about: 'Cuts the payment into equal parts, releases some now and the others one by one at a fixed interval.',
    parameters: [
      ...SPLIT_PARAMETERS,
      number('stagger_first_now', true, 'Parts released now; not more than num_splits.', 1),
      number('stagger_gap_ticks', true, 'Ticks between the other parts; 0 releases all now.', 3),
      number('priority_boost_children', true, 'Added to the priority of the parts, which never exceeds 10.', 2),
    ],
  },
  Hold: {
    category: 'PaymentAction',
    tree: 'payment',
    about: 'Keeps the payment in the bank’s own queue.',
    parameters: [
      {
        name: 'reason',
        kind: 'text',
        required: false,
        about: 'Shown in the event.',
        example: 'AwaitingInflows',
        values: HOLD_REASONS,
      },
    ],
  },
  Drop: {
    category: 'PaymentAction',
    tree: 'payment',
    about: 'Removes the payment for good: it never settles and costs nothing any more.',
    parameters: [],
  },
  Reprioritize: {
    category: 'PaymentAction',
    tree: 'payment',
    about: 'Sets the internal priority; the payment stays where it is.',
    parameters: [number('new_priority', true, 'New priority; more than 10 counts as 10.', 8)],
  },
  SetReleaseBudget: {
    category: 'BankAction',
    tree: 'bank',
    about: 'Limits what the bank’s payment tree may release in this tick.',
    parameters: [
      number('max_value_to_release', true, 'Cents that may be released in all.', 500_000),
      {
        name: 'focus_counterparties',
        kind: 'texts',
        required: false,
        about: 'Only these receivers; an empty list means no restriction.',
        example: ['BANK_A'],
      },
      number('max_per_counterparty', false, 'Cents per receiver.', 100_000),
    ],
  },
  SetState: {
    category: 'BankAction',
    tree: 'bank',
    about: 'Writes a state register, which every tree of the bank can read until the end of the day.',
    parameters: REGISTER_PARAMETERS('New value.'),
  },
  AddState: {
    category: 'BankAction',
    tree: 'bank',
    about: 'Adds to a state register; one that is not set counts as 0.',
    parameters: REGISTER_PARAMETERS('What is added.'),
  },
  NoAction: { category: 'BankAction', tree: 'bank', about: 'Does nothing in this tick.', parameters: [] },
  PostCollateral: {
    category: 'CollateralAction',
    tree: 'collateral',
    about: 'Posts collateral, as much as the remaining capacity allows.',
    parameters: [
      number('amount', true, 'Cents; 0 or less does nothing.', 1_000_000),
      COLLATERAL_REASON,
      number('auto_withdraw_after_ticks', false, 'Withdraws the posted amount again after so many ticks.', 10),
    ],
  },
  WithdrawCollateral: {
    category: 'CollateralAction',
    tree: 'collateral',
    about: 'Withdraws collateral, as much as used credit allows.',
    parameters: [number('amount', true, 'Cents; 0 or less does nothing.', 1_000_000), COLLATERAL_REASON],
  },
  HoldCollateral: { category: 'CollateralAction', tree: 'collateral', about: 'Leaves collateral as it is.', parameters: [] },
  WithdrawFromRtgs: {
    category: 'RtgsAction',
    tree: 'payment',
    about: 'Takes a payment back from the central queue to the tail of the bank’s own queue.',
    parameters: [],
  },
  ResubmitToRtgs: {
    category: 'RtgsAction',
    tree: 'payment',
    about: 'Declares another RTGS priority; a payment in the central queue is taken back and must be released again.',
    parameters: [
      {
        name: 'rtgs_priority',
        kind: 'text',
        required: true,
        about: 'Priority of the next release.',
        example: 'Urgent',
        values: ['HighlyUrgent', 'Urgent', 'Normal'],
      },
    ],
  },
};
