import { EXIT, type ExitCode } from './exit-codes.js';

/** Listens for SIGINT and SIGTERM: the running tick finishes, then the run stops; a second SIGINT ends the process at once. */
export function interruption(): { reason: () => string | null; exitCode: () => ExitCode; dispose: () => void } {
  let received: NodeJS.Signals | null = null;
  const listen = (signal: NodeJS.Signals) => (): void => {
    if (received !== null) process.exit(EXIT.interrupted);
    received = signal;
  };
  const onInterrupt = listen('SIGINT');
  const onTerminate = listen('SIGTERM');
  process.on('SIGINT', onInterrupt);
  process.on('SIGTERM', onTerminate);
  return {
    reason: () => (received === null ? null : 'interrupted'),
    exitCode: () => (received === 'SIGTERM' ? EXIT.terminated : EXIT.interrupted),
    dispose() {
      process.off('SIGINT', onInterrupt);
      process.off('SIGTERM', onTerminate);
    },
  };
}
