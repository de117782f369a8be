import { EXIT, type ExitCode } from './exit-codes.js';

/** Listens for SIGINT and SIGTERM: the running tick finishes, then the run stops; a second SIGINT ends the process at once. */
export function interruption(): { signal: AbortSignal; exitCode: () => ExitCode; dispose: () => void } {
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
  return {
    signal: controller.signal,
    exitCode: () => (received === 'SIGTERM' ? EXIT.terminated : EXIT.interrupted),
    dispose() {
      process.off('SIGINT', onInterrupt);
      process.off('SIGTERM', onTerminate);
    },
  };
}
