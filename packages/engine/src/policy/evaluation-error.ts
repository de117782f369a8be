import { PolicyRuntimeError } from '../errors.js';

export type EvaluationErrorKind =
  | 'FieldNotFound'
  | 'ParameterNotFound'
  | 'DivisionByZero'
  | 'InvalidLiteralType'
  | 'EmptyValueList'
  | 'MissingActionParameter'
  | 'InvalidActionParameter'
  | 'InvalidTree';

const DISPLAY: Record<EvaluationErrorKind, string> = {
  FieldNotFound: 'Field not found: ',
  ParameterNotFound: 'Parameter not found: ',
  DivisionByZero: 'Division by zero in computation',
  InvalidLiteralType: 'Invalid literal type: expected number',
  EmptyValueList: 'Empty value list for min/max computation',
  MissingActionParameter: 'Missing required action parameter: ',
  InvalidActionParameter: 'Invalid action parameter type: ',
  InvalidTree: 'Invalid tree: ',
};

/** A tree met something it cannot compute with (spec 06 §10.1). */
export class EvaluationError extends PolicyRuntimeError {
  override name = 'EvaluationError';

  constructor(
    readonly kind: EvaluationErrorKind,
    readonly detail = '',
  ) {
    super(DISPLAY[kind] + detail);
  }

  /** The short form that payment trees report. */
  get debug(): string {
    return this.detail === '' ? this.kind : `${this.kind}(${JSON.stringify(this.detail)})`;
  }
}
