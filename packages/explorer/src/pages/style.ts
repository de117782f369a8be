import { STYLE } from '@simcash/pictures';

/** The style sheet of all pages: that of reports, and what only pages with several of them have. */
export const EXPLORER_STYLE = `${STYLE}
.skip{position:absolute;left:-9999px}.skip:focus{left:8px;top:8px;background:var(--paper);padding:6px 10px;z-index:2}
a:focus-visible,button:focus-visible,input:focus-visible,select:focus-visible,summary:focus-visible{outline:2px solid var(--c0);outline-offset:2px}
header.bar{border-bottom:1px solid var(--line);padding:0 20px}
header.bar nav{margin:8px auto;max-width:1180px}
header.bar a{display:inline-block;padding:4px 2px;text-decoration:none}
header.bar a[aria-current]{border-bottom:3px solid var(--c0);font-weight:600}
h1 small{font-size:14px;font-weight:400}
main{max-width:1180px}
main>figure,section>figure{max-width:820px}
.timebar{position:sticky;bottom:0;background:var(--panel);border-top:1px solid var(--line);padding:6px 20px}
.timebar>div{max-width:1180px;margin:0 auto;display:flex;flex-wrap:wrap;gap:4px 14px;align-items:center}
.timebar .track{position:relative;height:34px;flex:1 1 260px;min-width:200px}
.timebar .track svg{position:absolute;inset:0;width:100%;height:100%}
.timebar .track a:hover rect{fill:color-mix(in srgb,var(--signal) 40%,transparent)}
.timebar .play li{font-size:13px;color:var(--soft)}
@media (prefers-reduced-motion:reduce){.timebar .play{display:none}}
.timebar a{display:inline-block;min-width:26px;min-height:26px;text-align:center;padding:2px 4px}
form{display:flex;flex-wrap:wrap;gap:6px 14px;align-items:end;margin:10px 0;font-size:13px}
label{display:flex;flex-direction:column;gap:2px;color:var(--soft)}
input,select,button{font:inherit;font-size:13px;min-height:28px;background:var(--paper);color:var(--ink);border:1px solid var(--soft);border-radius:4px;padding:2px 6px}
.timebar form{margin:0;align-items:center}.timebar label{flex-direction:row;align-items:center;gap:6px}
pre.log{font-size:11.5px}
td.value+td.text,th.value+th.text{padding-left:14px}
td a{display:inline-block;min-width:24px;padding:3px 0}
form.list{display:block}
.questions{padding-left:18px}.questions a{display:inline-block;padding:3px 0}
.steps{border-left:3px solid var(--line);padding-left:12px;margin:8px 0;list-style:none}
.yes{color:var(--c0)}.no{color:var(--signal)}
ul.tree,ul.tree ul{list-style:none;margin:2px 0;padding-left:18px;border-left:1px solid var(--line)}
ul.tree{padding-left:8px;font-size:13px;overflow-x:auto}
.drawing{overflow-x:auto;margin:8px 0}.drawing svg{display:block;width:auto;max-width:none}.drawing.fits svg{max-width:100%;height:auto}
.drawing text{font-size:11px;fill:var(--ink)}.drawing .yes{fill:var(--c0)}.drawing .no{fill:var(--signal)}
.drawing rect{fill:var(--panel);stroke:var(--soft)}.drawing .action rect{fill:var(--paper)}
.drawing .way{fill:none;stroke:var(--soft)}
.drawing .taken rect,.drawing .taken .way{stroke:var(--c0);stroke-width:3}.drawing .aside{opacity:.45}
.added>code{background:color-mix(in srgb,var(--c0) 15%,transparent)}
.removed>code{text-decoration:line-through;color:var(--soft)}
`;
