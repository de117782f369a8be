import { SimcashError, type Issue } from '@simcash/protocol';

/** What is wrong with a policy document, or at least doubtful about it (spec 06 §8). */
export interface PolicyIssue extends Issue {
  /** What is wrong, as a word that programs can rely on. */
  code: PolicyErrorCode | PolicyWarningCode;
  /** Where, as a dotted path: `payment_tree.on_true.condition.left`. Empty for the whole document. */
  path: string;
  /** One sentence for a person. */
  message: string;
  /** The nearest valid name, when a name is unknown. */
  suggestion?: string;
}

/** Errors: such a document is refused. */
export type PolicyErrorCode =
  | 'ParseError'
  | 'DuplicateNodeId'
  | 'ExcessiveDepth'
  | 'InvalidFieldReference'
  | 'InvalidParameterReference'
  | 'DivisionByZeroRisk'
  | 'InvalidActionForTree';

/** Warnings: the document runs, but hardly as meant. */
export type PolicyWarningCode =
  | 'UnknownActionParameter'
  | 'MissingActionParameter'
  | 'UnusedParameter'
  | 'RegisterWithoutPrefix'
  | 'NoPaymentTree'
  | 'FieldAlwaysZero'
  | 'ConstantCondition'
  | 'UnreachableBranch';

/** A policy document that cannot be used; carries every error at once. */
export class PolicyDocumentError extends SimcashError {
  override name = 'PolicyDocumentError';
  override readonly code = 'invalid_policy';
  constructor(override readonly issues: readonly PolicyIssue[]) {
    super(issues.map((issue) => issue.message).join('; '));
  }
}
