import type { SimulationCall } from '@simcash/protocol';
import type { JSX } from 'preact';
import { useEffect, useMemo, useRef, useState } from 'preact/hooks';
import { download, figuresJson, ticksCsv } from './downloads.js';
import { Editor } from './editor/editor.js';
import type { Schema } from './editor/schema.js';
import { Engine, WorkerRun } from './engine/client.js';
import type { Files, Language, Problem, Progress } from './engine/requests.js';
import { filesOf, LIBRARY } from './library.js';
import { Changes } from './parts/changes.js';
import { Form } from './parts/form.js';
import { taken } from './opened.js';
import { Results, type RunEntry } from './parts/results.js';
import { storedScenario } from './stored.js';
import { LONGEST_LINK, packed, unpacked, type Shared } from './share.js';

/** Runs that are kept, and bytes of their logs; the oldest goes first (spec 16 §10). */
const [MOST_RUNS, MOST_BYTES] = [10, 500e6];

interface Entry extends RunEntry {
  readonly banks: readonly string[];
  /** What was done between its ticks, in words. */
  readonly made: readonly string[];
}

/** How fast a run goes on, in milliseconds from tick to tick. */
const SPEEDS = [
  ['as fast as it can', 0],
  ['10 ticks a second', 100],
  ['2 ticks a second', 500],
] as const;

const addressNow = (): string => (location.hash.startsWith('#/') ? location.hash.slice(1) : '/');

export function App({ startWorker }: { startWorker: () => Worker }): JSX.Element {
  const [shared, setShared] = useState<Shared>(() => filesOf(LIBRARY[0]!.name));
  const [tab, setTab] = useState('');
  const [language, setLanguage] = useState<Language | null>(null);
  const [problems, setProblems] = useState<readonly Problem[]>([]);
  const [entries, setEntries] = useState<readonly Entry[]>([]);
  const [current, setCurrent] = useState<string | null>(null);
  const [delay, setDelay] = useState(0);
  const [address, setAddress] = useState(addressNow);
  const [message, setMessage] = useState('');
  const number = useRef(1);

  const engine = useMemo(
    () => new Engine(startWorker(), (progress) => setEntries((all) => all.map((one) => after(one, progress)))),
    [],
  );
  const say = (error: unknown): void => setMessage((error as Error).message);
  const entry = entries.find(({ run }) => run.id === current) ?? null;

  useEffect(() => void engine.ask('language').then(setLanguage), []);
  useEffect(() => {
    const timer = setTimeout(() => void engine.ask('check', filesIn(shared)).then(setProblems), 150);
    return () => clearTimeout(timer);
  }, [shared]);
  useEffect(() => {
    const arrive = (): void => {
      if (location.hash.startsWith('#s=')) {
        unpacked(location.hash.slice(3)).then(open, say);
        history.replaceState(null, '', '#/');
      } else if (location.hash.startsWith('#run=')) {
        storedScenario(decodeURIComponent(location.hash.slice(5))).then(open, say);
        history.replaceState(null, '', '#/');
      } else if (location.hash === '' || location.hash.startsWith('#/')) setAddress(addressNow());
    };
    arrive();
    addEventListener('hashchange', arrive);
    return () => removeEventListener('hashchange', arrive);
  }, []);

  /** Takes files into the editor. Nothing runs until somebody says so. */
  const open = (files: Shared): void => {
    setShared(files);
    setTab('');
    setMessage('');
  };
  const change = (file: string, text: string): void =>
    setShared((now) => (file === '' ? { ...now, scenario: text } : { ...now, policies: { ...now.policies, [file]: text } }));

  const start = async (): Promise<Entry | null> => {
    try {
      const id = `run-${number.current}`;
      const started = await engine.ask('start', filesIn(shared), id, shared.name);
      number.current++;
      const made: Entry = {
        run: new WorkerRun(engine, started),
        name: shared.name,
        totalTicks: started.totalTicks,
        banks: started.agentIds,
        made: [],
        progress: { id, tick: 0, events: 0, bytes: 0, state: 'paused', failure: null, millis: 0 },
      };
      const kept = withRoom(entries);
      for (const one of entries) if (!kept.includes(one)) void engine.ask('forget', one.run.id);
      setEntries((all) => [...all.filter((one) => kept.some(({ run }) => run === one.run)), made]);
      setCurrent(id);
      setMessage('');
      location.hash = `#/r/${id}`;
      return made;
    } catch (error) {
      say(error);
      return null;
    }
  };
  const run = async (): Promise<void> => {
    const made = await start();
    if (made !== null) void engine.ask('advance', made.run.id, made.totalTicks, delay);
  };
  const step = async (ticks: number): Promise<void> => {
    const one = entry === null || isOver(entry) ? await start() : entry;
    if (one !== null) void engine.ask('advance', one.run.id, Math.min(one.progress.tick + ticks, one.totalTicks), delay);
  };
  const forget = (id: string): void => {
    void engine.ask('forget', id);
    setEntries((all) => all.filter(({ run }) => run.id !== id));
    if (current === id) setCurrent(null);
  };
  const call = (one: Entry, made: SimulationCall, text: string): void => {
    engine
      .ask('call', one.run.id, made)
      .then(() => setEntries((all) => all.map((other) => (other === one ? { ...one, made: [...one.made, text] } : other))), say);
  };
  const share = async (): Promise<void> => {
    const text = await packed(shared);
    if (text.length > LONGEST_LINK) return setMessage('This is too long for a link: download it as a file instead.');
    const link = `${location.href.split('#')[0]}#s=${text}`;
    await navigator.clipboard?.writeText(link).catch(() => undefined);
    setMessage(`A link to this scenario, copied where the browser lets us: ${link}`);
  };
  const take = async (list: FileList): Promise<void> => {
    try {
      open(await taken([...list], shared));
    } catch (error) {
      say(error);
    }
  };

  const example = LIBRARY.find(({ name }) => name === shared.name);
  const errors = problems.filter(({ severity }) => severity === 'error');
  const shown = problems.filter(({ file }) => file === (tab === 'form' ? '' : tab));
  return (
    <div class="playground" onClick={followed} onSubmit={asked}>
      <header class="controls">
        <strong>SimCash playground</strong>
        <label>
          Example
          <select
            value={example?.name ?? ''}
            onChange={({ currentTarget }) => currentTarget.value !== '' && open(filesOf(currentTarget.value))}
          >
            {example === undefined && <option value="">{shared.name}</option>}
            {LIBRARY.map(({ name }) => (
              <option key={name}>{name}</option>
            ))}
          </select>
        </label>
        <div class="buttons">
          <button type="button" class="main" onClick={() => void run()}>
            Run
          </button>
          {entry?.progress.state === 'running' ? (
            <button type="button" onClick={() => void engine.ask('pause')}>
              Pause
            </button>
          ) : (
            <button
              type="button"
              disabled={entry === null || isOver(entry)}
              onClick={() => entry !== null && void engine.ask('advance', entry.run.id, entry.totalTicks, delay)}
            >
              Go on
            </button>
          )}
          <button type="button" onClick={() => void step(1)}>
            Step
          </button>
          <button type="button" onClick={() => void step(10)}>
            Ten steps
          </button>
        </div>
        <label>
          Speed
          <select value={delay} onChange={({ currentTarget }) => setDelay(Number(currentTarget.value))}>
            {SPEEDS.map(([text, value]) => (
              <option key={value} value={value}>
                {text}
              </option>
            ))}
          </select>
        </label>
        {entry !== null && (
          <p class="progress" role="status">
            {entry.run.id}: tick {entry.progress.tick} of {entry.totalTicks}{' '}
            <progress max={entry.totalTicks} value={entry.progress.tick} aria-label="ticks that are over" />{' '}
            {entry.progress.events} events, {(entry.progress.millis / 1000).toFixed(1)} s
            {entry.progress.failure !== null && `: ${entry.progress.failure}`}
          </p>
        )}
        <div class="buttons">
          <button type="button" onClick={() => void share()}>
            Share
          </button>
          <label class="file">
            Open files
            <input
              type="file"
              multiple
              accept=".yaml,.yml,.json"
              onChange={({ currentTarget }) => void take(currentTarget.files!)}
            />
          </label>
          <Downloads {...{ engine, entry, shared, say }} />
        </div>
      </header>
      {message !== '' && (
        <p class="banner" role="alert">
          {message}{' '}
          <button type="button" onClick={() => setMessage('')}>
            Close
          </button>
        </p>
      )}
      <div class="panes">
        <section class="left" aria-label="Scenario">
          <div class="tabs" role="tablist" aria-label="Files">
            {['', 'form'].map((name) => (
              <button key={name} type="button" role="tab" aria-selected={tab === name} onClick={() => setTab(name)}>
                {name === '' ? 'scenario' : name}
                {name === '' && problems.some(({ file }) => file === '') && ' ⚠'}
              </button>
            ))}
            {Object.keys(shared.policies).map((name) => (
              <button key={name} type="button" role="tab" aria-selected={tab === name} title={name} onClick={() => setTab(name)}>
                {name.replace(/^.*\/|\.json$/g, '')}
                {problems.some(({ file }) => file === name) && ' ⚠'}
              </button>
            ))}
          </div>
          {tab === 'form' ? (
            <Form
              text={shared.scenario}
              presets={language?.presets ?? []}
              replaced={language?.replaced ?? []}
              change={(text) => change('', text)}
            />
          ) : (
            <Editor
              key={tab}
              label={tab === '' ? 'scenario, YAML' : `${tab}, JSON`}
              language={tab === '' ? 'yaml' : 'json'}
              text={tab === '' ? shared.scenario : shared.policies[tab]!}
              schema={language === null ? null : ((tab === '' ? language.scenario : language.policy) as Schema)}
              problems={shown}
              change={(text) => change(tab, text)}
            />
          )}
          <div class="problems" role="status" aria-label="Problems">
            {problems.length === 0 ? (
              <p class="soft">Nothing is wrong with it.</p>
            ) : (
              <ul>
                {problems.slice(0, 50).map(({ file, line, severity, text }, i) => (
                  <li key={i} class={severity}>
                    {severity}, {file === '' ? 'scenario' : file} line {line}: {text}
                  </li>
                ))}
              </ul>
            )}
            {errors.length > 0 && <p>It runs when the errors are gone.</p>}
          </div>
        </section>
        <section class="right" aria-label="Results">
          {entry !== null && entry.progress.state === 'paused' && (
            <Changes
              banks={entry.banks}
              tick={entry.progress.tick}
              totalTicks={entry.totalTicks}
              policies={Object.entries(shared.policies)}
              made={entry.made}
              call={(made, text) => call(entry, made, text)}
            />
          )}
          <Results
            engine={engine}
            entries={entries}
            address={address}
            forget={forget}
            welcome={
              <>
                <h1>What happens if …?</h1>
                <p>
                  On the left is a payment system: its banks, what they own and owe, and how they decide. <b>Run</b> simulates it
                  here, in this page; nothing is sent anywhere. Then change something, run again, and compare.
                </p>
                {example !== undefined && (
                  <p>
                    {example.about} <b>{example.question}</b> Then try this: {example.attempt}
                  </p>
                )}
              </>
            }
          />
        </section>
      </div>
    </div>
  );
}

const isOver = ({ progress }: Entry): boolean => progress.state === 'complete' || progress.state === 'failed';

/** Those of the runs that stay when another one begins. */
function withRoom(entries: readonly Entry[]): readonly Entry[] {
  let left = entries.slice(-MOST_RUNS + 1);
  while (left.reduce((sum, { progress }) => sum + progress.bytes, 0) > MOST_BYTES) left = left.slice(1);
  return left;
}

function after(one: Entry, progress: Progress): Entry {
  if (one.run.id !== progress.id) return one;
  one.run.tick = progress.tick;
  return { ...one, progress };
}

const filesIn = ({ policies, scenario }: Shared): Files => ({ policies, scenario });

/** Links within a page that only scroll do not leave it. */
function followed(event: MouseEvent): void {
  const link = (event.target as Element).closest('a');
  const place = link?.getAttribute('href') ?? '';
  if (!place.startsWith('#') || place.startsWith('#/')) return;
  event.preventDefault();
  document.getElementById(place.slice(1))?.scrollIntoView();
}

/** A form of a page asks by its address, as a link does. */
function asked(event: SubmitEvent): void {
  const form = event.target as HTMLFormElement;
  const place = form.getAttribute('action') ?? '';
  if (!place.startsWith('#/')) return;
  event.preventDefault();
  const given = [...new FormData(form)].filter(([, value]) => value !== '').map(([name, value]) => [name, String(value)]);
  location.hash = `${place}?${new URLSearchParams(given as [string, string][]).toString()}`;
}

function Downloads(props: { engine: Engine; entry: Entry | null; shared: Shared; say: (error: unknown) => void }): JSX.Element {
  const { engine, entry, say, shared } = props;
  const id = entry?.run.id ?? '';
  const kinds: [text: string, isOfRun: boolean, get: () => Promise<void>][] = [
    ['scenario (YAML)', false, async () => download(`${shared.name}.yaml`, shared.scenario)],
    [
      'scenario and policies (.simcash.json)',
      false,
      async () => download(`${shared.name}.simcash.json`, JSON.stringify(shared, null, 1)),
    ],
    ['event log (JSON lines)', true, async () => download(`${id}.ndjson`, await engine.ask('log', id))],
    ['report (HTML)', true, async () => download(`${id}.html`, await engine.ask('report', id), 'text/html')],
    ['figures (JSON)', true, async () => download(`${id}.json`, figuresJson(await entry!.run.figures()), 'application/json')],
    ['figures by tick (CSV)', true, async () => download(`${id}.csv`, ticksCsv(await entry!.run.figures()), 'text/csv')],
  ];
  return (
    <label>
      Download
      <select
        value=""
        onChange={({ currentTarget }) => {
          const chosen = kinds[Number(currentTarget.value)]!;
          currentTarget.value = '';
          chosen[2]().catch(say);
        }}
      >
        <option value="">…</option>
        {kinds.map(([text, isOfRun], i) => (
          <option key={text} value={i} disabled={isOfRun && entry === null}>
            {text}
          </option>
        ))}
      </select>
    </label>
  );
}
