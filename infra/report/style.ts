/** The page's style: light and dark, on a phone, on paper. Nothing is loaded from elsewhere. */
export const style = `
:root { color-scheme: light dark; --back: #ffffff; --text: #1b1f24; --soft: #4b5563; --edge: #8b94a1; --fill: #f3f5f8; --line: #1d4ed8; --link: #1d4ed8; }
@media (prefers-color-scheme: dark) { :root { --back: #14171c; --text: #e8eaed; --soft: #b3bac4; --edge: #6b7480; --fill: #1e232b; --line: #8ab4f8; --link: #8ab4f8; } }
* { box-sizing: border-box; }
body { margin: 0 auto; padding: 1rem; max-width: 72rem; background: var(--back); color: var(--text); font: 16px/1.5 system-ui, sans-serif; overflow-wrap: anywhere; }
h1 { font-size: 1.6rem; } h2 { font-size: 1.3rem; margin-top: 2.5rem; } h3 { font-size: 1.1rem; } h4, h5, h6 { font-size: 1rem; margin: 0.5rem 0; }
a { color: var(--link); } a:focus-visible, .scroll:focus-visible { outline: 3px solid var(--line); outline-offset: 2px; }
.skip { position: absolute; left: -999rem; } .skip:focus { left: 1rem; top: 0.5rem; background: var(--back); padding: 0.25rem; }
nav ul, .legend { list-style: none; padding: 0; display: flex; flex-wrap: wrap; gap: 0.25rem 1rem; }
.scroll { overflow-x: auto; margin: 1rem 0; }
.scroll > svg { display: block; min-width: 640px; width: 100%; height: auto; }
svg text { fill: var(--text); font: 12px system-ui, sans-serif; } svg text.name { font-weight: 600; }
.grid { stroke: var(--edge); stroke-width: 0.5; } .hatch { fill: var(--back); } .swatch { vertical-align: -2px; }
.line { fill: none; stroke: var(--line); stroke-width: 3; } .wave { fill: var(--edge); fill-opacity: 0.2; }
table { border-collapse: collapse; font-size: 0.9rem; } caption { text-align: left; font-weight: 600; padding: 0.25rem 0; }
th, td { border: 1px solid var(--edge); padding: 0.25rem 0.5rem; text-align: left; vertical-align: top; overflow-wrap: normal; }
thead th { background: var(--fill); } tbody th { font-weight: 600; } tbody th, time { white-space: nowrap; }
.box { border: 1px solid var(--edge); border-radius: 6px; padding: 0.5rem 1rem; margin: 0.5rem 0; }
.cards { display: grid; gap: 0.75rem; grid-template-columns: repeat(auto-fill, minmax(min(100%, 20rem), 1fr)); }
.card { background: var(--fill); border: 1px solid var(--edge); border-radius: 6px; padding: 0.5rem 0.75rem; break-inside: avoid; }
dl { margin: 0; } dt { font-weight: 600; } dd { margin: 0 0 0.25rem; } dd ul { margin: 0; padding-left: 1.2rem; }
footer, .note { color: var(--soft); }
@media print {
  :root { --back: #ffffff; --text: #000000; --soft: #333333; --edge: #777777; --fill: #f3f3f3; --line: #1d4ed8; }
  body { max-width: none; padding: 0; font-size: 10pt; } nav, .skip { display: none; }
  .scroll { overflow: visible; } .scroll > svg { min-width: 0; } table { font-size: 8pt; }
  tr, svg { break-inside: avoid; } h2, h3 { break-after: avoid; } rect { print-color-adjust: exact; -webkit-print-color-adjust: exact; }
}
`;
