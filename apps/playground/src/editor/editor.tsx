import {
  autocompletion,
  closeBrackets,
  completionKeymap,
  type CompletionContext,
  type CompletionResult,
} from '@codemirror/autocomplete';
import { defaultKeymap, history, historyKeymap } from '@codemirror/commands';
import { json } from '@codemirror/lang-json';
import { yaml } from '@codemirror/lang-yaml';
import { bracketMatching, HighlightStyle, syntaxHighlighting } from '@codemirror/language';
import { lintGutter, setDiagnostics } from '@codemirror/lint';
import { EditorState, type Extension } from '@codemirror/state';
import { EditorView, highlightActiveLine, hoverTooltip, keymap, lineNumbers } from '@codemirror/view';
import { tags } from '@lezer/highlight';
import type { JSX } from 'preact';
import { useEffect, useRef } from 'preact/hooks';
import type { Problem } from '../engine/requests.js';
import { placeInJson, placeInYaml } from './places.js';
import { aboutAt, suggestionsAt, type Schema } from './schema.js';

export interface EditorProps {
  readonly label: string;
  readonly text: string;
  readonly language: 'yaml' | 'json';
  readonly schema: Schema | null;
  readonly problems: readonly Problem[];
  readonly change: (text: string) => void;
}

/**
 * The text of a file, with completion, hover and problems. It stands in a shadow root, where the editor brings its styles as style
 * sheets; elsewhere the page's content policy would refuse them (spec 16 R1627).
 */
export function Editor(props: EditorProps): JSX.Element {
  const host = useRef<HTMLDivElement>(null);
  const view = useRef<EditorView | null>(null);
  const latest = useRef(props);
  latest.current = props;

  useEffect(() => {
    const root = host.current!.shadowRoot ?? host.current!.attachShadow({ mode: 'open' });
    const made = new EditorView({ state: stateOf(latest), parent: root, root });
    view.current = made;
    return () => made.destroy();
  }, [props.language, props.label]);

  useEffect(() => {
    const made = view.current!;
    const shown = made.state.doc.toString();
    if (shown !== props.text) made.dispatch({ changes: { from: 0, to: shown.length, insert: props.text } });
  }, [props.text, props.label]);

  useEffect(() => {
    const { doc } = view.current!.state;
    const diagnostics = props.problems.map(({ column, line, severity, text }) => {
      const { from, to } = doc.line(Math.min(Math.max(line, 1), doc.lines));
      return { from: Math.min(from + column - 1, to), to, severity, message: text };
    });
    view.current!.dispatch(setDiagnostics(view.current!.state, diagnostics));
  }, [props.problems, props.label]);

  return <div class="editor" ref={host} />;
}

type Latest = { readonly current: EditorProps };

function stateOf(latest: Latest): EditorState {
  const { label, language, text } = latest.current;
  const extensions: Extension[] = [
    lineNumbers(),
    history(),
    highlightActiveLine(),
    bracketMatching(),
    closeBrackets(),
    language === 'yaml' ? yaml() : json(),
    syntaxHighlighting(COLOURS),
    lintGutter(),
    autocompletion({ override: [(context) => completions(context, latest.current)] }),
    hoverTooltip((view, position) => hoverAt(view, position, latest.current)),
    keymap.of([...completionKeymap, ...defaultKeymap, ...historyKeymap]),
    EditorView.contentAttributes.of({ 'aria-label': label, spellcheck: 'false', tabindex: '0' }),
    EditorView.updateListener.of((update) => {
      if (update.docChanged) latest.current.change(update.state.doc.toString());
    }),
    THEME,
  ];
  return EditorState.create({ doc: text, extensions });
}

const placeIn = (text: string, position: number, language: EditorProps['language']) =>
  language === 'yaml' ? placeInYaml(text, position) : placeInJson(text, position);

function completions(context: CompletionContext, { language, schema }: EditorProps): CompletionResult | null {
  const word = context.matchBefore(/"?[\w-]*/);
  if (schema === null || (word?.from === word?.to && !context.explicit)) return null;
  const from = word?.from ?? context.pos;
  const { key, path } = placeIn(context.state.doc.toString(), from, language);
  const quoted = (label: string): string => (language === 'json' ? JSON.stringify(label) : label);
  const { keys, words } = suggestionsAt(schema, key === null ? path : [...path, key]);
  const options =
    key === null
      ? keys.map((one) => ({ ...one, label: quoted(one.label), apply: `${quoted(one.label)}: `, type: 'property' }))
      : words.map((one) => ({
          ...one,
          label: /^(true|false|-?[\d.]+)$/.test(one.label) ? one.label : quoted(one.label),
          type: 'enum',
        }));
  return options.length === 0 ? null : { from, options };
}

/** What the schema says of the key under the pointer. */
function hoverAt(view: EditorView, position: number, { language, schema }: EditorProps) {
  const line = view.state.doc.lineAt(position);
  const [start, end] = [-1, 1].map((step) => {
    let at = position - line.from;
    while (/[\w-]/.test(line.text[step < 0 ? at - 1 : at] ?? '')) at += step;
    return at + line.from;
  }) as [number, number];
  const word = view.state.sliceDoc(start, end);
  if (schema === null || word === '' || !/^"?\s*:/.test(view.state.sliceDoc(end, end + 3))) return null;
  const { path } = placeIn(view.state.doc.toString(), start, language);
  const about = aboutAt(schema, [...path, word]);
  if (about === '') return null;
  return {
    pos: start,
    end,
    create: () => {
      const dom = document.createElement('div');
      dom.textContent = about;
      return { dom };
    },
  };
}

const COLOURS = HighlightStyle.define([
  { tag: tags.propertyName, color: 'var(--c0)' },
  { tag: tags.definition(tags.propertyName), color: 'var(--c0)' },
  { tag: [tags.string, tags.content], color: 'var(--ink)' },
  { tag: [tags.number, tags.bool, tags.null], color: 'var(--c1)' },
  { tag: tags.comment, color: 'var(--soft)', fontStyle: 'italic' },
]);

const THEME = EditorView.theme({
  '&': { height: '100%', fontSize: '12.5px', color: 'var(--ink)', backgroundColor: 'var(--paper)' },
  '.cm-scroller': { fontFamily: 'ui-monospace, SFMono-Regular, Menlo, Consolas, monospace', overflow: 'auto' },
  '.cm-content': { caretColor: 'var(--ink)' },
  '.cm-gutters': { backgroundColor: 'var(--panel)', color: 'var(--soft)', border: 'none' },
  '.cm-activeLine, .cm-activeLineGutter': { backgroundColor: 'color-mix(in srgb, var(--c0) 8%, transparent)' },
  '&.cm-focused': { outline: '2px solid var(--c0)', outlineOffset: '-2px' },
  '&.cm-focused .cm-cursor': { borderLeftColor: 'var(--ink)' },
  '.cm-selectionBackground, &.cm-focused .cm-selectionBackground, ::selection': {
    backgroundColor: 'color-mix(in srgb, var(--c0) 25%, transparent) !important',
  },
  '.cm-tooltip': {
    backgroundColor: 'var(--panel)',
    color: 'var(--ink)',
    border: '1px solid var(--line)',
    padding: '2px 6px',
    maxWidth: '420px',
  },
  '.cm-tooltip-autocomplete > ul > li[aria-selected]': { backgroundColor: 'var(--c0)', color: 'var(--paper)' },
});
