import type { Message, Question } from './requests.js';
import { runsOf } from './runs.js';

/** The worker of the page: the engine runs here, so that the page stays at hand. */

const say = (message: Message): void => postMessage(message);
const answers = runsOf((progress) => say({ progress }));

addEventListener('message', ({ data }: MessageEvent<Question>) => {
  const { arguments: given, method, number } = data;
  const answer = answers[method] as (...args: unknown[]) => unknown;
  // What is thrown at once and what comes later as a failure are told alike.
  Promise.resolve()
    .then(() => answer(...given))
    .then(
      (value) => say({ number, answer: value }),
      (error: unknown) => say({ number, error: (error as Error).message }),
    );
});
