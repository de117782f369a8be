import { options, render, type VNode } from 'preact';
import { App } from './app.js';

/** Without a server, addresses are what stands behind `#`: links and forms of the pages lead there. */
const before = options.vnode;
options.vnode = (node: VNode<Record<string, unknown>>) => {
  for (const name of ['href', 'action']) {
    const place = node.props[name];
    if (typeof place === 'string' && place.startsWith('/')) node.props[name] = `#${place}`;
  }
  before?.(node as VNode);
};

/** The content policy lets scripts be named only here, and only those of this site (spec 16 R1633). */
interface TrustedTypes {
  createPolicy(name: string, rules: { createScriptURL: (url: string) => string }): unknown;
}
(globalThis as { trustedTypes?: TrustedTypes }).trustedTypes?.createPolicy('default', {
  createScriptURL(url) {
    if (new URL(url, location.href).origin !== location.origin) throw new TypeError(`${url} is of another site`);
    return url;
  },
});

const startWorker = (): Worker => new Worker(new URL('worker.js', import.meta.url), { type: 'module' });
const root = document.getElementById('app')!;
root.textContent = '';
render(<App startWorker={startWorker} />, root);
