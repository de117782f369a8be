import { CommandError, EXIT } from './exit-codes.js';

export interface Interruption {
  readonly signal: AbortSignal;
  /** How the command that was stopped ends. */
  error(): CommandError;
  /** For {@link SimulationOptions.onWork}. @throws CommandError if the time is over within a tick */
  onWork(): void;
  dispose(): void;
}

/** From when on a tick counts as long: then the system's own answer to Ctrl-C takes the place of ours, which would not be heard. */
const LONG_MS = 300;
/** How long after the end of the time a tick may go on. */
const GRACE_MS = 500;

/**
 * Listens for SIGINT and SIGTERM, and for the end of the time that the user allows: the running tick finishes, then the run stops; a
 * second SIGINT ends the process at once, and so does the first one in a tick that is longer than a moment.
 */
export function interruption(timeLimit?: number): Interruption {
  const controller = new AbortController();
  let received: NodeJS.Signals | null = null;
  const listen = (signal: NodeJS.Signals) => (): void => {
    if (received !== null) process.exit(EXIT.interrupted);
    received = signal;
    controller.abort();
  };
  const handlers = [
    ['SIGINT', listen('SIGINT')],
    ['SIGTERM', listen('SIGTERM')],
  ] as const;
  let isListening = false;
  const setListening = (wanted: boolean): void => {
    if (wanted === isListening) return;
    isListening = wanted;
    for (const [signal, handler] of handlers) (wanted ? process.on : process.off).call(process, signal, handler);
  };
  setListening(true);
  const began = performance.now();
  const end = timeLimit === undefined ? Infinity : began + timeLimit * 1000;
  let heard = began;
  const hear = setInterval(() => {
    heard = performance.now();
    setListening(true);
  }, LONG_MS / 3).unref();
  const timer = timeLimit === undefined ? undefined : setTimeout(() => controller.abort(), timeLimit * 1000);
  const timeOver = (where: string): CommandError =>
    new CommandError(EXIT.failure, `stopped${where}: the time limit of ${timeLimit} s has passed`);
  return {
    signal: controller.signal,
    error() {
      if (received === null) return timeOver('');
      return new CommandError(received === 'SIGTERM' ? EXIT.terminated : EXIT.interrupted, 'interrupted');
    },
    onWork() {
      const now = performance.now();
      if (now > end + GRACE_MS) throw timeOver(' within a tick');
      if (now - heard > LONG_MS) setListening(false);
    },
    dispose() {
      clearTimeout(timer);
      clearInterval(hear);
      setListening(false);
    },
  };
}
