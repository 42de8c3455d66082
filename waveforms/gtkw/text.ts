/** The text of a GTKWave 3 save file. The format has no document; pyvcd's `gtkw.py` describes it best. */
import type { TraceSource } from '../../hdl/sim/trace.ts';
import { cycleClock } from '../clocks.ts';
import { WaveformError } from '../error.ts';
import { pathOf, unknownPath, variableAt, variablesOf, viewerName, type Variable } from '../variables.ts';
import { shownClocks, topScope } from '../vcd/header.ts';
import type { Colour, Format, View, ViewGroup, ViewSignal } from './view.ts';
import type { WordFiles } from './words.ts';

/** Bits of a line's `@` flags. */
const FLAG = {
  hex: 0x2, decimal: 0x4, binary: 0x8, right: 0x20, blank: 0x200, signed: 0x400, collapsed: 0x1000, filterFile: 0x2000,
  analogStep: 0x8000, analogRow: 0x20000, closed: 0x400000, groupBegin: 0x800000, groupEnd: 0x1000000,
} as const;

const COLOURS: Readonly<Record<Colour, number>> = { normal: 0, red: 1, orange: 2, yellow: 3, green: 4, blue: 5, indigo: 6, violet: 7 };
const MARKERS = 26;
const ANALOG_ROWS = 3;
const WINDOW = { width: 1400, height: 800, tree: 275, letter: 8, values: 96 };
/** What GTKWave's zoom counts in. */
const FRAME_PIXELS = 200;
/** Cycles on screen unless the view says otherwise. */
const CYCLES_SHOWN = 32;

/** @throws WaveformError for a path that the trace does not have (GTKWave would leave it out without a word) and too many markers. */
export function saveFileText(trace: TraceSource, view: View, wavePath: string, words: WordFiles): string {
  if (view.markers.length > MARKERS) throw new WaveformError(`a view has at most ${MARKERS} markers, not ${view.markers.length}`);
  const find = variableFinder(trace, view);
  const groups = view.groups.flatMap((group) => groupLines(group, find, words));
  const longest = view.groups.flatMap(({ name, signals }) => [name, ...signals.map(({ path, label }) => label ?? path.slice(path.lastIndexOf('.') + 1))])
    .reduce((most, name) => Math.max(most, name.length), 12);
  const namesWidth = Math.min(400, longest * WINDOW.letter + WINDOW.values);
  const { from, to } = view.visible ?? { from: 0, to: cycleClock(trace).period * CYCLES_SHOWN };
  const pixels = WINDOW.width - WINDOW.tree - namesWidth;
  // A zoom of -z shows 2^z time units in a frame; closer than one unit a frame it does not go.
  const zoom = -Math.log2(Math.max((to - from) * FRAME_PIXELS / pixels, 1));
  const times = Array.from({ length: MARKERS }, (_, i) => view.markers[i]?.time ?? -1);
  return [
    `[dumpfile] "${wavePath}"`,
    `[timestart] ${from}`,
    `[size] ${WINDOW.width} ${WINDOW.height}`,
    '[pos] -1 -1',
    `*${zoom.toFixed(6)} ${from} ${times.join(' ')}`,
    ...view.markers.map(({ name }, i) => `[markername] ${String.fromCharCode(65 + i)}${name}`),
    `[treeopen] ${topScope(trace).join('.')}.`,
    `[sst_width] ${WINDOW.tree}`,
    `[signals_width] ${namesWidth}`,
    '[sst_expanded] 1',
    ...groups,
    ...(view.notes ?? []).flatMap((note) => [flags(FLAG.blank), `-${note}`]),
    '[pattern_trace] 1',
    '[pattern_trace] 0',
    '',
  ].join('\n');
}

type Find = (path: string) => readonly Variable[];

function variableFinder(trace: TraceSource, view: View): Find {
  const wanted = new Set(view.groups.flatMap(({ signals }) => signals.map(({ path }) => path)));
  const found = new Map<string, Variable[]>();
  const clocks = shownClocks(trace).map(({ name }): Variable => {
    const scope = topScope(trace);
    return { signal: -1, indices: [], path: pathOf({ scope, name }), scope, name, type: { kind: 'uint', width: 1 }, low: 0 };
  });
  for (const clock of clocks) found.set(clock.path, [clock]);
  // Elements of vectors may be asked for one by one; traced alone, they are signals themselves.
  const bases = new Set([...wanted].flatMap((path) => [path, path.replace(/(\[\d+\])+$/, '')]));
  const wantedSignals = trace.signals.map(pathOf).map((path) => (bases.has(path) ? path : null));
  const at = variableAt(trace);
  for (const [part, { signal }] of trace.parts.entries()) {
    const path = wantedSignals[signal];
    if (path === undefined || path === null) continue;
    const variable = at(part);
    for (const one of new Set([path, variable.path])) found.set(one, [...found.get(one) ?? [], variable]);
  }
  return (path) => found.get(path) ?? unknownPath(path, [...clocks, ...variablesOf(trace)].map((variable) => variable.path));
}

function groupLines({ name, signals, closed = false }: ViewGroup, find: Find, words: WordFiles): string[] {
  const fold = closed ? FLAG.closed : 0;
  return [
    flags(FLAG.groupBegin | FLAG.blank | fold), `-${name}`,
    ...signals.flatMap((signal) => find(signal.path).flatMap((variable) => signalLines(signal, variable, words))),
    flags(FLAG.groupEnd | FLAG.blank | fold | (closed ? FLAG.collapsed : 0)), `-${name}`,
  ];
}

function signalLines({ path, format = 'auto', colour, label }: ViewSignal, variable: Variable, words: WordFiles): string[] {
  const element = variable.path.slice(path.length);
  const alias = label === undefined ? '' : `+{${(label + element).replaceAll('.', '/')}} `;
  const { type } = variable;
  const filter = format === 'auto' && type.kind === 'enum' && type.width > 1 ? words.use(type) : null;
  return [
    flags(FLAG.right | formatFlags(format, variable) | (filter === null ? 0 : FLAG.filterFile)),
    ...(colour === undefined ? [] : [`[color] ${COLOURS[colour]}`]),
    ...(filter === null ? [] : [`^${filter.number} ${filter.path}`]),
    alias + viewerName(variable),
    ...(format === 'analog' ? [flags(FLAG.analogRow | FLAG.blank), ...Array<string>(ANALOG_ROWS - 1).fill('-')] : []),
  ];
}

/** GTKWave draws one bit as a line whatever its format, so that a one-bit enumeration cannot have words. */
function formatFlags(format: Format, { type }: Variable): number {
  const signed = FLAG.decimal | FLAG.signed;
  switch (format) {
    case 'hex': return FLAG.hex;
    case 'decimal': return FLAG.decimal;
    case 'signed': return signed;
    case 'binary': return FLAG.binary;
    case 'analog': return FLAG.analogStep | (type.kind === 'sint' ? signed : FLAG.decimal);
    case 'auto':
      if (type.width === 1) return FLAG.binary;
      return type.kind === 'sint' ? signed : FLAG.hex;
  }
}

function flags(bits: number): string {
  return `@${bits.toString(16)}`;
}
