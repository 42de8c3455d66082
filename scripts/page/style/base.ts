/** Colours in light and dark, type, and the parts of a page that are neither charts nor tables. */
export const base = `
:root {
  --page: #f7f7f5; --card: #ffffff; --text: #1b1c1e; --muted: #62656b; --line: #e3e3df; --grid: #ececea;
  --accent: #1f6fd1; --use: #2a78d6; --memory: #e2622b; --inside: #7a5cc9; --order: #d99a00; --idle: #e9e9e5;
  --good: #16794a; --bad: #b3261e; --low: #dbe9fb; --high: #0c3f85;
  --layer-0: #2a78d6; --layer-1: #e2622b; --layer-2: #1f9a6b; --layer-3: #7a5cc9; --layer-4: #d99a00;
  --layer-5: #c2427f; --layer-6: #17a2b0;
}
@media (prefers-color-scheme: dark) {
  :root {
    --page: #131416; --card: #1b1d20; --text: #ecedee; --muted: #a0a4ab; --line: #303338; --grid: #272a2e;
    --accent: #6aaeff; --use: #4a94ee; --memory: #e2703f; --inside: #9d86e6; --order: #d3a022; --idle: #2a2d32;
    --good: #56c28c; --bad: #ff8a80; --low: #1d2b3f; --high: #8cc1ff;
    --layer-0: #4a94ee; --layer-1: #e2703f; --layer-2: #3fb384; --layer-3: #9d86e6; --layer-4: #d3a022;
    --layer-5: #dd6a9d; --layer-6: #3fbac6;
  }
}
* { box-sizing: border-box; }
body {
  margin: 0; background: var(--page); color: var(--text);
  font: 15px/1.5 system-ui, -apple-system, "Segoe UI", Roboto, "Helvetica Neue", sans-serif;
}
main { max-width: 1120px; margin: 0 auto; padding: 32px 20px 64px; }
h1 { font-size: 26px; line-height: 1.25; font-weight: 650; margin: 0 0 4px; overflow-wrap: anywhere; }
h2 { font-size: 17px; font-weight: 620; margin: 0 0 2px; }
p { margin: 0 0 12px; max-width: 78ch; }
.lead, .note, figcaption { color: var(--muted); }
.lead { font-size: 16px; overflow-wrap: anywhere; }
.note, figcaption { font-size: 13.5px; }
section { background: var(--card); border: 1px solid var(--line); border-radius: 10px; padding: 18px 20px; margin-top: 16px; }
.status { font-weight: 600; }
.status.good { color: var(--good); }
.status.bad { color: var(--bad); }
.tiles { display: grid; grid-template-columns: repeat(auto-fit, minmax(150px, 1fr)); gap: 12px; margin: 20px 0 0; }
.tiles div { background: var(--card); border: 1px solid var(--line); border-radius: 10px; padding: 12px 14px; }
.tiles dt { color: var(--muted); font-size: 13px; }
.tiles dd { margin: 2px 0 0; font-size: 22px; font-weight: 600; font-variant-numeric: tabular-nums; line-height: 1.25; }
.tiles dd small { display: block; font-size: 12.5px; font-weight: 400; color: var(--muted); }
pre, code { font: 13px/1.5 ui-monospace, "SF Mono", Menlo, Consolas, monospace; }
pre { margin: 8px 0; white-space: pre-wrap; overflow-wrap: anywhere; }
pre.error { border-left: 3px solid var(--bad); padding-left: 12px; }
button, select, input {
  font: inherit; font-size: 13.5px; color: var(--text); background: var(--card); border: 1px solid var(--line);
  border-radius: 6px; padding: 4px 10px; min-height: 32px; max-width: 100%;
}
button { cursor: pointer; }
button:hover { border-color: var(--muted); }
:focus-visible { outline: 2px solid var(--accent); outline-offset: 2px; }
.row { display: flex; flex-wrap: wrap; gap: 8px 12px; align-items: center; }
.row label { display: flex; gap: 6px; align-items: center; color: var(--muted); font-size: 13.5px; min-width: 0; }
footer { color: var(--muted); font-size: 13px; margin-top: 24px; }
@media (max-width: 600px) {
  main { padding: 20px 12px 48px; }
  section { padding: 14px 12px; }
  h1 { font-size: 22px; }
}
`;
