/** Figures and their keys. */
import { layerTones } from '../chart-data.ts';

const layers = layerTones.map((tone) => `.tone-${tone} { --tone: var(--${tone}); }`).join(' ');

export const charts = `
figure { margin: 10px 0 0; }
.chart { position: relative; width: 100%; overflow: hidden; touch-action: pan-y; }
.uplot, .uplot * { font-family: inherit; }
.u-legend { display: none; }
.u-select { background: color-mix(in srgb, var(--accent) 18%, transparent); }
.u-cursor-x, .u-cursor-y { border-color: var(--muted) !important; }
.key { display: flex; flex-wrap: wrap; gap: 4px 16px; margin: 8px 0; padding: 0; list-style: none; font-size: 13px; color: var(--muted); }
.key li { display: flex; align-items: center; gap: 6px; }
.swatch { width: 12px; height: 12px; border-radius: 3px; flex: none; background: var(--tone); }
.tone-use { --tone: var(--use); } .tone-memory { --tone: var(--memory); } .tone-inside { --tone: var(--inside); }
.tone-order { --tone: var(--order); } .tone-idle { --tone: var(--idle); }
${layers}
.ramp { width: 96px; height: 12px; border-radius: 3px; background: linear-gradient(to right, var(--low), var(--high)); }
.readout { min-height: 22px; font-size: 13.5px; font-variant-numeric: tabular-nums; color: var(--text); overflow-wrap: anywhere; }
.ring { position: absolute; left: -9px; top: -9px; width: 18px; height: 18px; border-radius: 50%; pointer-events: none; }
.ring { border: 2.5px solid var(--accent); }
.ring[hidden] { display: none; }
.bar { display: inline-block; vertical-align: middle; height: 10px; min-width: 1px; border-radius: 3px; background: var(--use); }
.bar.least { background: var(--muted); opacity: .55; }
td.bars { width: 40%; min-width: 90px; }
td.bars .bar + .bar { display: block; margin-top: 2px; }
.bar.layer { background: var(--tone); }
`;
