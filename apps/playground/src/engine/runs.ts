import { reportHtml } from '@simcash/pictures';
import { compareLive, LiveRun } from '@simcash/runs/source';
import { checkFiles, language, readFiles } from './files.js';
import type { Progress, Requests } from './requests.js';

/** Version of the simulator, put in when the page is built. */
declare const VERSION: string;

/** Milliseconds of work after which questions are answered. */
const SLICE = 40;
/** Milliseconds between two messages about how far a run is. */
const BETWEEN = 100;

interface Kept {
  readonly run: LiveRun;
  millis: number;
}

type Answers = {
  [M in keyof Requests]: (...args: Parameters<Requests[M]>) => ReturnType<Requests[M]> | Promise<ReturnType<Requests[M]>>;
};

/** The runs of a page, kept in its worker; `tell` is told how far they are. */
export function runsOf(tell: (progress: Progress) => void): Answers {
  const runs = new Map<string, Kept>();
  let going: { id: string; timer: ReturnType<typeof setTimeout> } | null = null;

  const kept = (id: string): Kept => {
    const found = runs.get(id);
    if (found === undefined) throw new Error(`There is no run ${id} any more.`);
    return found;
  };
  const tellOf = (id: string): void => {
    const { millis, run } = kept(id);
    const { eventCount: events, failure, isComplete, logBytes: bytes, simulation } = run;
    const state = failure !== null ? 'failed' : isComplete ? 'complete' : going?.id === id ? 'running' : 'paused';
    tell({ id, tick: simulation.currentTick, events, bytes, state, failure, millis });
  };
  const pause = (): null => {
    if (going === null) return null;
    const { id, timer } = going;
    clearTimeout(timer);
    going = null;
    tellOf(id);
    return null;
  };
  const advance = (id: string, untilTick: number, delay: number): null => {
    pause();
    const one = kept(id);
    const { run } = one;
    let told = performance.now();
    const work = (): void => {
      const began = performance.now();
      const isOver = (): boolean => run.isComplete || run.failure !== null || run.simulation.currentTick >= untilTick;
      try {
        while (!isOver() && performance.now() - began < SLICE) {
          run.tick();
          if (delay > 0) break;
        }
      } catch {
        // The run keeps what ended it, and it is told with the rest.
      }
      one.millis += performance.now() - began;
      if (isOver()) {
        going = null;
        return tellOf(id);
      }
      going = { id, timer: setTimeout(work, delay) };
      if (performance.now() - told < BETWEEN) return;
      told = performance.now();
      tellOf(id);
    };
    going = { id, timer: setTimeout(work) };
    return null;
  };

  return {
    language,
    check: checkFiles,
    start(files, id, name) {
      const scenario = readFiles(files);
      const run = new LiveRun(scenario, { id, name, version: VERSION });
      runs.set(id, { run, millis: 0 });
      const { configText, policies, simulation } = run;
      return { id, configText, policies, totalTicks: simulation.totalTicks, agentIds: simulation.agentIds };
    },
    advance,
    pause,
    call(id, call) {
      kept(id).run.call(call);
      return null;
    },
    forget(id) {
      if (going?.id === id) pause();
      runs.delete(id);
      return null;
    },
    figures: (id) => kept(id).run.figures(),
    payments: (id, query) => kept(id).run.payments(query),
    payment: (id, name) => kept(id).run.payment(name),
    reason: (id, tx, tick) => kept(id).run.reason(tx, tick),
    queues: (id, tick, bank) => kept(id).run.queues(tick, bank),
    events: (id, query) => kept(id).run.events(query),
    compare: (ids) => compareLive(ids.map((id) => kept(id).run)),
    log: (id) => new Blob([...kept(id).run.lines()], { type: 'application/x-ndjson' }),
    report: async (id) => reportHtml(await kept(id).run.figures()),
  };
}
