import { CommandError, EXIT } from './exit-codes.js';

/**
 * Listens for SIGINT and SIGTERM, and for the end of the time that the user allows: the running tick finishes, then the run stops; a
 * second SIGINT ends the process at once.
 */
export function interruption(timeLimit?: number): {
  signal: AbortSignal;
  /** How the command that was stopped ends. */
  error: () => CommandError;
  dispose: () => void;
} {
  const controller = new AbortController();
  let received: NodeJS.Signals | null = null;
  const listen = (signal: NodeJS.Signals) => (): void => {
    if (received !== null) process.exit(EXIT.interrupted);
    received = signal;
    controller.abort();
  };
  const onInterrupt = listen('SIGINT');
  const onTerminate = listen('SIGTERM');
  process.on('SIGINT', onInterrupt);
  process.on('SIGTERM', onTerminate);
  const timer = timeLimit === undefined ? undefined : setTimeout(() => controller.abort(), timeLimit * 1000);
  return {
    signal: controller.signal,
    error: () => {
      if (received === null) return new CommandError(EXIT.failure, `stopped: the time limit of ${timeLimit} s has passed`);
      return new CommandError(received === 'SIGTERM' ? EXIT.terminated : EXIT.interrupted, 'interrupted');
    },
    dispose() {
      clearTimeout(timer);
      process.off('SIGINT', onInterrupt);
      process.off('SIGTERM', onTerminate);
    },
  };
}
