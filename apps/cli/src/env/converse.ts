import { Conversation, EnvironmentError, refusal } from '@simcash/environments';
import { note, print } from '../output/streams.js';
import { loadEnvironment, type EnvironmentLoadOptions } from './load.js';
import { stdinLines } from './lines.js';

export interface ConverseOptions extends EnvironmentLoadOptions {
  save?: boolean;
}

/** `simcash env FILE --stdio`: a line in, a line out, until the input ends (spec 18 §6). */
export async function converse(file: string, options: ConverseOptions): Promise<void> {
  const { plan, warnings } = await loadEnvironment(file, options);
  if (!options.quiet) for (const warning of warnings) note(`warning: ${warning}`);
  const conversation = new Conversation(plan);
  if (!options.save) {
    for (const line of stdinLines()) {
      print(`${answerTo(conversation, line)}\n`);
      if (conversation.isClosed) return;
    }
    return;
  }
  // A database that cannot be written is told before the first line.
  const { withDatabase } = await import('../database.js');
  await withDatabase(options, false, () => Promise.resolve());
  for (const line of stdinLines()) {
    const text = answerTo(conversation, line);
    // Who has the answer may end this process: the episode is stored before.
    await storeEnded(conversation, options);
    print(`${text}\n`);
    if (conversation.isClosed) return;
  }
}

const answerTo = (conversation: Conversation, line: string | EnvironmentError): string =>
  line instanceof EnvironmentError ? refusal(line) : conversation.answer(line);

/** Stores the episode that the latest line has ended; between episodes the database is free for others. */
async function storeEnded(conversation: Conversation, options: ConverseOptions): Promise<void> {
  const ended = conversation.takeEnded();
  if (ended === null) return;
  const [{ withDatabase }, { recordSimulation }] = [await import('../database.js'), await import('@simcash/runs')];
  const { calls, scenario, ticks } = ended;
  const { simulation_id } = await withDatabase(options, false, (database) =>
    recordSimulation(database, scenario, { calls, untilTick: ticks }),
  );
  if (!options.quiet) note(`stored as ${simulation_id}`);
}
