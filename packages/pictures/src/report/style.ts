import { DARK, LIGHT } from '../palette.js';

const variables = (colours: readonly string[]): string => colours.map((value, i) => `--c${i}:${value}`).join(';');
/** Light to dark for amounts, perceptually even; turned round on a dark page. */
const SHADES = ['#dce6f7', '#c0d1f0', '#a2bbe8', '#84a4df', '#658cd5', '#4673ca', '#2a5abb', '#1949a5'];
const shades = (colours: readonly string[]): string => colours.map((value, i) => `--s${i + 1}:${value}`).join(';');

/** The style sheet of the report: light and dark, on paper, on a phone (spec 16 §5.2, §5.4). */
export const STYLE = `
:root{color-scheme:light dark;--paper:#fff;--ink:#1a1d24;--soft:#5a6172;--line:#d9dde5;--panel:#f4f6fa;--signal:#b3261e;${variables(LIGHT)};${shades(SHADES)}}
@media (prefers-color-scheme:dark){:root{--paper:#14171d;--ink:#e6e9ef;--soft:#a2aab9;--line:#363c48;--panel:#1d222b;--signal:#ff7a6e;${variables(DARK)};${shades([...SHADES].reverse())}}}
*{box-sizing:border-box}
body{margin:0;background:var(--paper);color:var(--ink);font:15px/1.5 system-ui,"Segoe UI",Roboto,"Helvetica Neue",Arial,sans-serif}
main{max-width:820px;margin:0 auto;padding:0 20px 60px}
h1{font-size:28px;line-height:1.2;margin:36px 0 6px}
h2{font-size:20px;margin:44px 0 8px;padding-top:10px;border-top:2px solid var(--line)}
h3{font-size:15px;margin:0}
h4{font-size:13px;margin:0 0 4px}
p{margin:6px 0}
.soft,.reading,.caption,.facts{color:var(--soft)}
.reading,.caption{font-size:13px}
.facts{font-size:13px;overflow-wrap:anywhere}
.number{color:var(--soft);font-weight:400}
.banner{border-left:4px solid var(--signal);background:var(--panel);padding:8px 12px}
nav{font-size:13px;margin:16px 0}
nav ol{margin:0;padding:0;list-style:none;display:flex;flex-wrap:wrap;gap:2px 16px}
a{color:inherit}
.tiles{display:grid;grid-template-columns:repeat(auto-fill,minmax(170px,1fr));gap:10px;margin:14px 0}
.tile{background:var(--panel);border-radius:6px;padding:10px 12px}
.tile b{display:block;font-size:21px;line-height:1.25}
.tile span{font-size:12px;color:var(--soft)}
figure{margin:22px 0;break-inside:avoid}
svg{width:100%;height:auto;display:block;overflow:visible}
.tick,.name{font-size:11px;fill:var(--soft)}
.name{fill:var(--ink);paint-order:stroke;stroke:var(--paper);stroke-width:3px}
.inside{font-size:11px;fill:var(--paper)}
.grid{stroke:var(--line)}.zero{stroke:var(--soft)}.notch{stroke:var(--soft)}.day{stroke:var(--soft);stroke-dasharray:2 3}
.line{fill:none;stroke-width:1.8}
.area,.bar{stroke:var(--paper);stroke-width:1}
.mark{stroke:var(--paper);stroke-width:.7;fill-opacity:.85}
.limit{fill:var(--signal)}
${SHADES.map((_, i) => `.s${i + 1}{fill:var(--s${i + 1})}`).join('')}
.s0{fill:var(--panel)}
.link{stroke:var(--c0);stroke-opacity:.45}.arrow{fill:var(--c0)}.node{fill:var(--c2);stroke:var(--paper);stroke-width:1.5}
.legend{display:flex;flex-wrap:wrap;gap:2px 18px;font-size:12px;color:var(--soft);margin:2px 0}
.legend span{display:inline-flex;align-items:center;gap:6px}
.legend svg{width:auto;flex:none}
.legend svg[width="22"]{width:22px}.legend svg[width="14"]{width:14px}
.multiples{display:grid;grid-template-columns:repeat(auto-fill,minmax(330px,1fr));gap:4px 20px}
.multiples figure{margin:8px 0}
.table{overflow-x:auto;margin:6px 0}
table{border-collapse:collapse;font-size:12.5px;font-variant-numeric:tabular-nums}
th,td{padding:2px 10px 2px 0;border-bottom:1px solid var(--line);white-space:nowrap;text-align:left}
th.value,td.value{text-align:right;padding:2px 0 2px 12px}
details{font-size:13px;margin:4px 0}
summary{cursor:pointer;color:var(--soft);padding:3px 0}
pre{white-space:pre-wrap;overflow-wrap:anywhere;background:var(--panel);padding:8px 10px;font-size:12px}
@media (max-width:480px){main{padding:0 12px 40px}h1{font-size:22px}.multiples{grid-template-columns:1fr}section>figure{overflow-x:auto}section>figure>svg{min-width:620px}}
@page{margin:15mm}
@media print{:root{--paper:#fff;--ink:#000;--soft:#444;--line:#ccc;--panel:#f4f4f4;--signal:#b3261e;${variables(LIGHT)};${shades(SHADES)}}main{max-width:none;padding:0}details:not([open]),nav{display:none}h2,h3{break-after:avoid}svg{print-color-adjust:exact;-webkit-print-color-adjust:exact}}
`.replaceAll('\n', '');
