import { type LlmInteraction, SimcashError } from '@simcash/protocol';

/** The server of a model wants a key, or another one than it got. Asking again cannot help. */
export class LlmAuthenticationError extends SimcashError {
  override readonly name = 'LlmAuthenticationError';
  override readonly code = 'key_refused';

  constructor(
    message: string,
    /** The requests that led here; empty if none was sent. */
    readonly audit: readonly LlmInteraction[] = [],
  ) {
    super(message);
  }
}

/** A model gave no usable policy in all its attempts, and the experiment wants to end then. */
export class LlmFailure extends SimcashError {
  override readonly name = 'LlmFailure';
  override readonly code = 'model_failed';

  constructor(
    agentId: string,
    /** What was wrong with the last attempt. */
    readonly errors: readonly string[],
    /** What was asked of a language model, and answered. */
    readonly audit: readonly LlmInteraction[],
  ) {
    super(`no usable policy for ${agentId} after ${audit.length} attempts: ${errors.join('; ')}`);
  }
}
