/** The text of a GTKWave 3 save file. The format has no document; pyvcd's `gtkw.py` describes it best. */
import type { TraceSource } from '../../hdl/sim/trace.ts';
import { cycleClock } from '../clocks.ts';
import { WaveformError } from '../error.ts';
import { pathOf, rangeOf, unknownPath, variableAt, variablesOf, viewerName, type Variable } from '../variables.ts';
import { CYCLE_BITS, cycleName, shownClocks, topScope } from '../vcd/header.ts';
import type { Held } from '../vcd/stream.ts';
import type { Colour, Format, View, ViewGroup, ViewSignal } from './view.ts';
import type { WordFiles } from './words.ts';

/** Bits of a line's `@` flags. */
const FLAG = {
  hex: 0x2,
  decimal: 0x4,
  binary: 0x8,
  right: 0x20,
  blank: 0x200,
  signed: 0x400,
  collapsed: 0x1000,
  filterFile: 0x2000,
  analogStep: 0x8000,
  analogRow: 0x20000,
  closed: 0x400000,
  groupBegin: 0x800000,
  groupEnd: 0x1000000,
} as const;

const COLOURS: Readonly<Record<Colour, number>> = {
  normal: 0,
  red: 1,
  orange: 2,
  yellow: 3,
  green: 4,
  blue: 5,
  indigo: 6,
  violet: 7,
};
const MARKERS = 26;
const ANALOG_ROWS = 3;
const WINDOW = { width: 1400, height: 800, tree: 275, letter: 8, values: 96, borders: 25 };
/** A zoom of -z shows 2^z units, rounded down to whole ones, in a frame of so many pixels. */
const [FRAME_PIXELS, ROUNDED_DOWN] = [200, 0.01];
/** Cycles on screen unless the view says otherwise. */
const CYCLES_SHOWN = 32;

/**
 * Where the waves and their view are, absolute: from the one path to the other GTKWave finds the waves when both have
 * moved.
 */
export interface Paths {
  readonly wave: string;
  readonly view: string;
}

/**
 * @param held what the wave file holds; markers outside are left out
 * @throws WaveformError for a path that the trace does not have (GTKWave would leave it out without a word) and too
 * many markers.
 */
export function saveFileText(
  trace: TraceSource,
  view: View,
  paths: Paths,
  words: WordFiles,
  held: Partial<Held>,
): string {
  const { start = 0, end = Infinity, timescale = '1ns' } = held;
  const markers = view.markers.filter(({ time }) => time >= start && time <= end);
  if (markers.length > MARKERS) throw new WaveformError(`a view has at most ${MARKERS} markers, not ${markers.length}`);
  const find = variableFinder(trace, view);
  const groups = view.groups.flatMap((group) => groupLines(group, find, words));
  const names = view.groups.flatMap(({ name, signals }) => [
    name,
    ...signals.map(({ path, label }) => label ?? nameOf(path)),
  ]);
  const longest = names.reduce((most, name) => Math.max(most, name.length), 12);
  const namesWidth = Math.min(400, longest * WINDOW.letter + WINDOW.values);
  // GTKWave counts in whole units of a second, thousandths of it, and so on: of `10ps` each is ten.
  const unit = Number.parseInt(timescale, 10);
  const { from, to } = withinFile(view.visible, { start, end }, cycleClock(trace).period * CYCLES_SHOWN);
  const pixels = WINDOW.width - WINDOW.tree - namesWidth - WINDOW.borders;
  const frame = Math.max(1, Math.floor((unit * (Math.min(to, end) - Math.max(from, start)) * FRAME_PIXELS) / pixels));
  // Of a screen that would reach past the end of the file GTKWave shows the start of the file instead.
  const latest = Math.floor(unit * end - (frame * pixels) / FRAME_PIXELS);
  const left =
    from <= start ? unit * start : Math.max(unit * start, to >= end ? latest : Math.min(unit * from, latest));
  const cursor = view.cursor !== undefined && view.cursor >= start && view.cursor <= end ? view.cursor * unit : left;
  const times = Array.from({ length: MARKERS }, (_, i) => (markers[i] === undefined ? -1 : markers[i].time * unit));
  return [
    `[dumpfile] "${paths.wave}"`,
    `[savefile] "${paths.view}"`,
    `[timestart] ${left}`,
    `[size] ${WINDOW.width} ${WINDOW.height}`,
    '[pos] -1 -1',
    `*${(-Math.log2(frame + ROUNDED_DOWN)).toFixed(6)} ${cursor} ${times.join(' ')}`,
    ...markers.map(({ name }, i) => `[markername] ${String.fromCharCode(65 + i)}${name}`),
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

/** The stretch to show, where it reaches into the file; else the end of the file that is nearer to it. */
function withinFile(
  visible: View['visible'],
  { start, end }: Pick<Held, 'start' | 'end'>,
  some: number,
): { readonly from: number; readonly to: number } {
  if (visible === undefined || visible.to <= start) return { from: start, to: start + some };
  return visible.from >= end ? { from: end - some, to: end } : visible;
}

function nameOf(path: string): string {
  return path.slice(path.lastIndexOf('.') + 1);
}

type Find = (path: string) => readonly Variable[];

function variableFinder(trace: TraceSource, view: View): Find {
  const wanted = new Set(view.groups.flatMap(({ signals }) => signals.map(({ path }) => path)));
  const found = new Map<string, Variable[]>();
  const clocks = shownClocks(trace).map(({ name }): Variable => {
    const scope = topScope(trace);
    return {
      signal: -1,
      indices: [],
      path: pathOf({ scope, name }),
      scope,
      name,
      type: { kind: 'uint', width: 1 },
      low: 0,
    };
  });
  const cycle = { ...countedCycles(trace), signal: -1, indices: [], low: 0 };
  for (const one of [...clocks, cycle]) found.set(one.path, [one]);
  // Elements of vectors may be asked for one by one; traced alone, they are signals themselves.
  const bases = new Set([...wanted].flatMap((path) => [path, path.replace(/(\[\d+\])+$/, '')]));
  const wantedSignals = trace.signals.map(pathOf).map((path) => (bases.has(path) ? path : null));
  const at = variableAt(trace);
  for (const [part, { signal }] of trace.parts.entries()) {
    const path = wantedSignals[signal];
    if (path === undefined || path === null) continue;
    const variable = at(part);
    for (const one of new Set([path, variable.path])) found.set(one, [...(found.get(one) ?? []), variable]);
  }
  return (path) =>
    found.get(path) ??
    unknownPath(
      path,
      [...clocks, cycle, ...variablesOf(trace)].map((variable) => variable.path),
    );
}

/** The variable that counts cycles. */
function countedCycles(trace: TraceSource): Pick<Variable, 'path' | 'scope' | 'name' | 'type'> {
  const [scope, name] = [topScope(trace), cycleName(trace)];
  return { path: pathOf({ scope, name }), scope, name, type: { kind: 'uint', width: CYCLE_BITS } };
}

function groupLines({ name, signals, closed = false }: ViewGroup, find: Find, words: WordFiles): string[] {
  const fold = closed ? FLAG.closed : 0;
  return [
    flags(FLAG.groupBegin | FLAG.blank | fold),
    `-${name}`,
    ...signals.flatMap((signal) => foldedLines(signal, find(signal.path), words)),
    flags(FLAG.groupEnd | FLAG.blank | fold | (closed ? FLAG.collapsed : 0)),
    `-${name}`,
  ];
}

/** The lines of a signal's variables, in a group of their own where they are to be folded. */
function foldedLines(signal: ViewSignal, variables: readonly Variable[], words: WordFiles): string[] {
  const lines = variables.flatMap((variable) => signalLines(signal, variable, words));
  if (signal.folded !== true || variables.length < 2) return lines;
  const name = signal.label ?? nameOf(signal.path);
  return [
    flags(FLAG.groupBegin | FLAG.blank | FLAG.closed),
    `-${name}`,
    ...lines,
    flags(FLAG.groupEnd | FLAG.blank | FLAG.closed | FLAG.collapsed),
    `-${name}`,
  ];
}

function signalLines(
  { path, format = 'auto', colour, label }: ViewSignal,
  variable: Variable,
  words: WordFiles,
): string[] {
  const { type } = variable;
  const filter = format === 'auto' && type.kind === 'enum' ? words.use(type) : null;
  // GTKWave draws one bit as a line whatever its format, but a bundle of one as a bus, with words. Of an enumeration
  // whose table is in the file it takes that for the filter, but not of a bundle.
  const isBundle = filter !== null && (type.width === 1 || words.inFile);
  const shownAs = label === undefined ? null : (label + variable.path.slice(path.length)).replaceAll('.', '/');
  const alias = isBundle
    ? `#{${shownAs ?? variable.name + rangeOf(type.width)}} `
    : shownAs === null
      ? ''
      : `+{${shownAs}} `;
  return [
    flags(FLAG.right | (isBundle ? FLAG.hex : formatFlags(format, variable)) | (filter === null ? 0 : FLAG.filterFile)),
    ...(colour === undefined ? [] : [`[color] ${COLOURS[colour]}`]),
    ...(filter === null ? [] : [`^${filter.number} ${filter.path}`]),
    alias + (isBundle ? bitsOf(variable) : viewerName(variable)),
    ...(format === 'analog' ? [flags(FLAG.analogRow | FLAG.blank), ...Array<string>(ANALOG_ROWS - 1).fill('-')] : []),
  ];
}

/** The bits of a variable one by one, as GTKWave counts them: the highest is the first. */
function bitsOf(variable: Variable): string {
  const name = viewerName(variable);
  const { width } = variable.type;
  return width === 1 ? name : Array.from({ length: width }, (_, bit) => `(${bit})${name}`).join(' ');
}

function formatFlags(format: Format, { type }: Variable): number {
  const signed = FLAG.decimal | FLAG.signed;
  switch (format) {
    case 'hex':
      return FLAG.hex;
    case 'decimal':
      return FLAG.decimal;
    case 'signed':
      return signed;
    case 'binary':
      return FLAG.binary;
    case 'analog':
      return FLAG.analogStep | (type.kind === 'sint' ? signed : FLAG.decimal);
    case 'auto':
      if (type.width === 1) return FLAG.binary;
      return type.kind === 'sint' ? signed : FLAG.hex;
  }
}

function flags(bits: number): string {
  return `@${bits.toString(16)}`;
}
