import { Session } from 'node:inspector';

/** Which of our own code runs, by the counters of the engine that runs it. */
export class Coverage {
  #session = new Session();

  constructor() {
    this.#session.connect();
    this.#post('Profiler.enable');
    this.#post('Profiler.startPreciseCoverage', { callCount: true, detailed: true });
  }

  /** Names of the pieces of functions that were called since the last time, with about how often they ran. */
  take() {
    const names = new Set();
    for (const { functions, url } of this.#post('Profiler.takePreciseCoverage').result) {
      if (!url.startsWith('file:') || /\/(?:node_modules|fuzz)\//.test(url)) continue;
      for (const { ranges } of functions) {
        if (ranges[0].count === 0) continue;
        // A piece that ran as often as what it is in has no range of its own: then those that did not run tell.
        for (const { count, endOffset, startOffset } of ranges)
          names.add(`${url}:${startOffset}-${endOffset}:${magnitude(count)}`);
      }
    }
    return names;
  }

  /** Answers come before the call returns. */
  #post(method, params) {
    let answer;
    this.#session.post(method, params, (error, result) => {
      if (error) throw new Error(`${method}: ${error.message}`);
      answer = result;
    });
    return answer;
  }
}

/** Once, a few times, often: a loop that goes round more often is something new. */
const magnitude = (count) => (count < 4 ? count : count < 32 ? 4 : 5);
