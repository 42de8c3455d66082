/** Tables, the lists behind pictures, and the command of a point. */
export const tables = `
.scroll { overflow-x: auto; max-width: 100%; }
.scroll:focus-visible { outline-offset: -2px; }
table { border-collapse: collapse; width: 100%; font-size: 13.5px; font-variant-numeric: tabular-nums; }
th, td { text-align: left; padding: 5px 12px 5px 0; border-bottom: 1px solid var(--line); vertical-align: top; }
th { font-weight: 600; color: var(--muted); }
th.number, td.number { text-align: right; white-space: nowrap; }
tbody th { color: var(--text); font-weight: 500; }
td.text { overflow-wrap: anywhere; }
.whole th, .whole td { white-space: nowrap; }
tr[aria-selected="true"] td { background: color-mix(in srgb, var(--accent) 12%, transparent); }
tbody tr[tabindex] { cursor: pointer; }
tbody tr[tabindex]:hover td { background: color-mix(in srgb, var(--accent) 6%, transparent); }
th button { border: 0; background: none; padding: 0; min-height: 24px; font-weight: 600; color: var(--muted); white-space: nowrap; }
th[aria-sort] button { color: var(--text); }
th[aria-sort="ascending"] button::after { content: " ▲"; font-size: 9px; }
th[aria-sort="descending"] button::after { content: " ▼"; font-size: 9px; }
details { margin-top: 10px; }
summary { cursor: pointer; color: var(--muted); font-size: 13.5px; }
.command { display: flex; gap: 12px; align-items: flex-start; justify-content: space-between; }
.command pre { flex: 1; min-width: 0; }
.chosen { border-top: 1px solid var(--line); margin-top: 12px; padding-top: 10px; }
`;
