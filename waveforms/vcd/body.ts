/** The part of a VCD file after its declarations: times, clock edges, changes. */
import { typeWidth } from '../../hdl/ir/walk.ts';
import type { TracedClock, TraceSource } from '../../hdl/sim/trace.ts';
import { wordsFor } from '../../hdl/sim/words.ts';
import { isHigh, nextEdge } from '../clocks.ts';
import { mustFollow, type Stretch } from '../recording.ts';
import { field, type VcdFormatter } from './formatter.ts';
import type { Declarations } from './header.ts';

interface ClockTrack { readonly clock: TracedClock; readonly id: number; next: number }
interface Element { readonly id: number; readonly low: number; readonly width: number }
/** `before` holds the last pattern unless it is `fresh`, so that only the elements that changed are written. */
interface Vector { readonly elements: readonly Element[]; readonly before: Uint32Array; fresh: boolean }

export class VcdBody {
  readonly #out: VcdFormatter;
  readonly #clocks: readonly ClockTrack[];
  /** By signal, in arrays of plain numbers, since there are many: a scalar's identifier and bits (0: it is none). */
  readonly #ids: Int32Array;
  readonly #widths: Int32Array;
  readonly #vectors: ReadonlyMap<number, Vector>;
  /** The last `#time` line; -1 before the first. */
  #time = -1;
  /** Everything before this time is written. */
  #end = -1;
  #changes = 0;

  constructor(out: VcdFormatter, trace: TraceSource, declared: Declarations) {
    this.#out = out;
    this.#clocks = declared.clocks.map(({ clock, id }) => ({ clock, id, next: Infinity }));
    this.#ids = Int32Array.from(declared.variables, ([variable]) => variable?.id ?? 0);
    this.#widths = Int32Array.from(trace.signals, ({ type }) => (type.kind === 'vec' ? 0 : type.width));
    this.#vectors = new Map(trace.signals.flatMap(({ type }, index): [number, Vector][] => {
      if (type.kind !== 'vec' || trace.same[index] !== index) return [];
      const elements = (declared.variables[index] ?? []).map(({ id, low, type: { width } }) => ({ id, low, width }));
      return [[index, { elements, before: new Uint32Array(wordsFor(typeWidth(type))), fresh: true }]];
    }));
  }

  /** Changes of signals written so far. */
  get changes(): number {
    return this.#changes;
  }

  /** Time up to which everything is written; -1 before the first stretch. */
  get end(): number {
    return this.#end;
  }

  /**
   * Writes one stretch. The first must hold every signal.
   * @throws WaveformError when it starts before the one before ended: the simulation was set back.
   */
  write(stretch: Stretch): void {
    if (this.#end < 0) {
      this.#first(stretch);
    } else {
      mustFollow(this.#end, stretch);
      this.#edges(stretch.time + 1);
      stretch.changes((index, words) => {
        this.#at(stretch.time);
        this.#change(index, words);
      });
    }
    this.#edges(stretch.end);
    this.#end = stretch.end;
  }

  /** The lone time at the end, by which a reader can tell a whole file from one that was cut. */
  finish(): void {
    if (this.#time !== this.#end) this.#at(this.#end);
    this.#out.flush();
  }

  #first({ time, changes }: Stretch): void {
    this.#at(time);
    this.#out.text('$dumpvars\n');
    for (const track of this.#clocks) {
      this.#out.bit(isHigh(track.clock, time) ? 1 : 0, track.id);
      track.next = nextEdge(track.clock, time);
    }
    changes((index, words) => this.#change(index, words));
    this.#out.text('$end\n');
  }

  /** Clock edges before `limit`, in order of time. */
  #edges(limit: number): void {
    for (;;) {
      let next = Infinity;
      for (const track of this.#clocks) next = Math.min(next, track.next);
      if (next >= limit) return;
      this.#at(next);
      for (const track of this.#clocks) {
        if (track.next !== next) continue;
        this.#out.bit(isHigh(track.clock, next) ? 1 : 0, track.id);
        track.next = nextEdge(track.clock, next);
      }
    }
  }

  #at(time: number): void {
    if (time === this.#time) return;
    this.#out.time(time);
    this.#time = time;
  }

  #change(index: number, words: Uint32Array): void {
    this.#changes++;
    const width = this.#widths[index] ?? 0;
    const id = this.#ids[index] ?? 0;
    if (width === 0) this.#vector(this.#vectors.get(index), words);
    else if (width === 1) this.#out.bit(words[0] ?? 0, id);
    else if (width <= 32) this.#out.number(words[0] ?? 0, id);
    else this.#out.wide(words, 0, width, id);
  }

  #vector(vector: Vector | undefined, words: Uint32Array): void {
    if (vector === undefined) return;
    const { before, fresh } = vector;
    for (const { id, low, width } of vector.elements) {
      if (!fresh && same(before, words, low, width)) continue;
      if (width === 1) this.#out.bit(field(words, low, 1), id);
      else if (width <= 32) this.#out.number(field(words, low, width), id);
      else this.#out.wide(words, low, width, id);
    }
    for (let word = 0; word < before.length; word++) before[word] = words[word] ?? 0;
    vector.fresh = false;
  }
}

function same(a: Uint32Array, b: Uint32Array, low: number, width: number): boolean {
  for (let at = 0; at < width; at += 32) {
    if (field(a, low + at, width - at) !== field(b, low + at, width - at)) return false;
  }
  return true;
}
