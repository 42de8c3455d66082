/** Draws signals of a file, which is read only as far as the drawing goes. */
import { WaveformError } from '../error.ts';
import type { VcdVariable } from '../read/parser.ts';
import type { Change, VcdFile } from '../read/stream.ts';
import type { Words } from '../read/words.ts';
import type { Axis } from './axis.ts';
import { showBits } from './bits.ts';
import { draw, type Row } from './draw.ts';
import { labelsOf, LEAST_WIDTH, widthFor } from './layout.ts';

export interface FileDrawing {
  readonly axis: Axis;
  readonly signals: readonly VcdVariable[];
  /** By path. */
  readonly words: ReadonlyMap<string, Words>;
  /** First cycle, or time unit, to show. */
  readonly from: number;
  /** The one to stop before; unless given, as many cycles are shown as have room. */
  readonly to: number | undefined;
  /** Columns that there are. */
  readonly room: number;
}

/** Most cycles of a drawing: nobody reads more, and they are held in memory. */
const MOST_CYCLES = 10_000;
/** Most changes in it, for cycles in which signals change without end. */
const MOST_EVENTS = 2_000_000;
/** Columns between two numbers where there are no cycles. */
const TIME_WIDTH = 8;

interface Event {
  readonly time: bigint;
  readonly text: string;
}

/** A cycle, or a step of time: from `start` up to the start of the next. */
interface Slot {
  readonly start: bigint;
  readonly number: number;
}

interface Window {
  readonly slots: readonly Slot[];
  readonly end: bigint;
  /** By signal, by rising time; the first may lie before the window. */
  readonly events: readonly (readonly Event[])[];
}

/**
 * The drawing, and the numbers that it goes from and up to.
 * @throws WaveformError where the file has none of what is asked for
 */
export function drawFile(
  file: VcdFile,
  asked: FileDrawing,
): { readonly text: string; readonly from: number; readonly to: number } {
  const { axis, from, signals, words } = asked;
  if (asked.to !== undefined && asked.to <= from)
    throw new WaveformError(`there is nothing from ${from} up to ${asked.to}; --to is the first not to show`);
  const labels = labelsOf(signals.map(({ path }) => path));
  const room = Math.max(40, asked.room - Math.max(5, ...labels.map(({ length }) => length)) - 1);
  const window = axis.kind === 'time' ? byTime(file, asked, room) : byCycle(file, asked, room);
  const isTime = axis.kind === 'time';
  const width = isTime ? TIME_WIDTH : widthFor(longestOf(window.events));
  const shown = asked.to === undefined && !isTime ? Math.max(1, Math.floor(room / width)) : window.slots.length;
  const slots = window.slots.slice(0, shown);
  const times = slots.flatMap(({ start }, i) => {
    const length = (window.slots[i + 1]?.start ?? window.end) - start;
    return Array.from({ length: width }, (_, column) => start + (length * BigInt(column)) / BigInt(width));
  });
  const rows = signals.map((signal, i): Row => {
    const isLine = signal.width === 1 && !words.has(signal.path);
    return { label: labels[i] ?? '', kind: isLine ? 'line' : 'bus', columns: columnsAt(times, window.events[i] ?? []) };
  });
  const first = slots[0]?.number ?? from;
  const step = isTime ? (slots[1]?.number ?? first + 1) - first : 1;
  const text = draw(rows, first, width, isTime ? { name: file.timescale, step } : undefined);
  return { text, from: first, to: (slots.at(-1)?.number ?? first) + step };
}

/** Follows the signals' values: before the window only the last of each is kept. */
class Follower {
  readonly events: Event[][];
  #inside = false;
  #count = 0;
  readonly #rows = new Map<string, number[]>();
  readonly #asked: FileDrawing;

  constructor(asked: FileDrawing) {
    this.#asked = asked;
    this.events = asked.signals.map(() => []);
    asked.signals.forEach(({ id }, row) => this.#rows.set(id, [...(this.#rows.get(id) ?? []), row]));
  }

  get wanted(): ReadonlySet<string> {
    return new Set([
      ...this.#rows.keys(),
      ...(this.#asked.axis.variable === null ? [] : [this.#asked.axis.variable.id]),
    ]);
  }

  begin(): void {
    this.#inside = true;
  }

  take({ id, time, ...bits }: Change): void {
    for (const row of this.#rows.get(id) ?? []) {
      const signal = this.#asked.signals[row];
      const events = this.events[row];
      if (signal === undefined || events === undefined) continue;
      if (!this.#inside || events.at(-1)?.time === time) events.pop();
      events.push({ time, text: showBits(signal, bits, this.#asked.words.get(signal.path)) });
      if (this.#inside && ++this.#count > MOST_EVENTS)
        throw new WaveformError(
          `the signals change more than ${MOST_EVENTS} times there; ask for fewer cycles or signals`,
        );
    }
  }
}

function byCycle(file: VcdFile, asked: FileDrawing, room: number): Window {
  const { axis, from, to } = asked;
  const most = Math.min(MOST_CYCLES, to === undefined ? Math.floor(room / LEAST_WIDTH) : to - from);
  if (to !== undefined && to - from > MOST_CYCLES) throw tooMany(to - from);
  const follower = new Follower(asked);
  const slots: Slot[] = [];
  let cycle = -1;
  let level = 1n;
  let end: bigint | null = null;
  for (const change of file.changes(follower.wanted)) {
    const { id, time, value, unknown } = change;
    let next = cycle;
    if (axis.kind === 'clock' && cycle < 0) next = 0;
    if (id === axis.variable?.id) {
      if (axis.kind === 'counter') next = Number(value);
      else if (unknown === 0n && value === 1n && level === 0n) next = cycle + 1;
      level = unknown === 0n ? value : 1n;
    }
    if (next !== cycle) {
      cycle = next;
      if (slots.length === most || (to !== undefined && cycle >= to)) {
        end = time;
        break;
      }
      if (cycle >= from) {
        follower.begin();
        slots.push({ start: time, number: cycle });
      }
    }
    follower.take(change);
  }
  end ??= file.end;
  // A cycle that begins with the file's last time is none yet, unless it is all there is.
  if (slots.length > 1 && slots.at(-1)?.start === end) slots.pop();
  if (slots.length === 0) {
    throw new WaveformError(
      cycle < 0
        ? `${file.name} has no cycles: ${axis.variable?.path ?? ''} never changes`
        : `there is no cycle ${from} in ${file.name}: its last is ${cycle}`,
    );
  }
  return { slots, end, events: follower.events };
}

function byTime(file: VcdFile, asked: FileDrawing, room: number): Window {
  const { from, to } = asked;
  const follower = new Follower(asked);
  for (const change of file.changes(follower.wanted)) {
    if (to !== undefined && change.time >= BigInt(to)) break;
    if (change.time >= BigInt(from)) follower.begin();
    follower.take(change);
  }
  // Without an end it is the file's, which is known now that all of it has been read.
  const last = to ?? Number(file.end) + 1;
  if (last <= from) throw new WaveformError(`there is no time ${from} in ${file.name}: its last is ${file.end}`);
  const step = niceStep((last - from) / Math.floor(room / TIME_WIDTH));
  const slots = Array.from({ length: Math.ceil((last - from) / step) }, (_, i) => ({
    start: BigInt(from + i * step),
    number: from + i * step,
  }));
  return { slots, end: BigInt(from + slots.length * step), events: follower.events };
}

/** 1, 2 or 5 times a power of ten that is not less. */
function niceStep(least: number): number {
  for (let power = 1; ; power *= 10) for (const digit of [1, 2, 5]) if (digit * power >= least) return digit * power;
}

const tooMany = (cycles: number): WaveformError =>
  new WaveformError(`${cycles} cycles are too many to draw; ask for at most ${MOST_CYCLES}`);

/** Letters of the longest text. There may be more of them than a call takes arguments. */
const longestOf = (events: Window['events']): number =>
  events.flat().reduce((longest, { text }) => Math.max(longest, text.length), 0);

/** What is shown at each of some rising times. */
function columnsAt(times: readonly bigint[], events: readonly Event[]): (string | null)[] {
  let next = 0;
  let current: string | null = null;
  return times.map((time) => {
    for (let event = events[next]; event !== undefined && event.time <= time; event = events[++next])
      current = event.text;
    return current;
  });
}
