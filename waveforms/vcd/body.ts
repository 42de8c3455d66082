/** The part of a VCD file after its declarations: times, clock edges, changes. */
import { typeWidth } from '../../hdl/ir/walk.ts';
import type { TracedClock, TracedSignal } from '../../hdl/sim/trace.ts';
import { isHigh, nextEdge } from '../clocks.ts';
import { mustFollow, type Stretch } from '../recording.ts';
import { field, type VcdFormatter } from './formatter.ts';
import type { Declarations } from './header.ts';
import { Pattern } from './pattern.ts';

interface ClockTrack { readonly clock: TracedClock; readonly id: Uint8Array; next: number }
interface Element { readonly id: Uint8Array; readonly low: number; readonly width: number }
/** `before` holds a vector's last pattern, so that only the elements that changed are written. */
type SignalTrack =
  | { readonly kind: 'scalar'; readonly id: Uint8Array; readonly width: number }
  | { readonly kind: 'vector'; readonly width: number; readonly elements: readonly Element[]; before: Pattern | null };

export class VcdBody {
  readonly #out: VcdFormatter;
  readonly #clocks: readonly ClockTrack[];
  readonly #signals: readonly SignalTrack[];
  readonly #scratch = new Pattern();
  /** The last `#time` line; -1 before the first. */
  #time = -1;
  /** Everything before this time is written. */
  #end = -1;
  #changes = 0;

  constructor(out: VcdFormatter, signals: readonly TracedSignal[], declared: Declarations) {
    this.#out = out;
    this.#clocks = declared.clocks.map(({ clock, id }) => ({ clock, id: bytes(id), next: Infinity }));
    this.#signals = signals.map((signal, index): SignalTrack => {
      const variables = declared.variables[index] ?? [];
      const width = typeWidth(signal.type);
      const only = variables[0];
      if (signal.type.kind !== 'vec' && only !== undefined) return { kind: 'scalar', id: bytes(only.id), width };
      const elements = variables.map(({ id, low, type }) => ({ id: bytes(id), low, width: type.width }));
      return { kind: 'vector', width, elements, before: null };
    });
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
      stretch.changes((index, pattern) => {
        this.#at(stretch.time);
        this.#change(index, pattern);
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
    changes((index, pattern) => this.#change(index, pattern));
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

  #change(index: number, pattern: bigint): void {
    const track = this.#signals[index];
    if (track === undefined) return;
    this.#changes++;
    if (track.kind === 'vector') this.#vector(track, pattern);
    else if (track.width === 1) this.#out.bit(Number(pattern), track.id);
    else if (track.width <= 32) this.#out.number(Number(pattern), track.id);
    else this.#out.wide(this.#scratch.load(pattern, track.width), 0, track.width, track.id);
  }

  #vector(track: SignalTrack & { kind: 'vector' }, pattern: bigint): void {
    const before = track.before?.words ?? null;
    const after = this.#scratch.load(pattern, track.width);
    for (const { id, low, width } of track.elements) {
      if (before !== null && same(before, after, low, width)) continue;
      if (width === 1) this.#out.bit(field(after, low, 1), id);
      else if (width <= 32) this.#out.number(field(after, low, width), id);
      else this.#out.wide(after, low, width, id);
    }
    track.before ??= new Pattern();
    track.before.load(pattern, track.width);
  }
}

function same(a: Uint32Array, b: Uint32Array, low: number, width: number): boolean {
  for (let at = 0; at < width; at += 32) {
    if (field(a, low + at, width - at) !== field(b, low + at, width - at)) return false;
  }
  return true;
}

function bytes(id: string): Uint8Array {
  return new TextEncoder().encode(id);
}
