/** The part of a VCD file after its declarations: times, clock edges, changes. */
import { typeWidth } from '../../hdl/ir/walk.ts';
import type { TracedClock, TraceSource } from '../../hdl/sim/trace.ts';
import { wordsFor } from '../../hdl/sim/words.ts';
import { isHigh, nextEdge } from '../clocks.ts';
import { mustFollow, type Stretch } from '../recording.ts';
import { ending, field, type Ending, type VcdFormatter } from './formatter.ts';
import type { Declarations } from './header.ts';

interface ClockTrack { readonly clock: TracedClock; readonly id: Ending; next: number }
interface Element { readonly id: Ending; readonly low: number; readonly width: number }
/** `before` holds a vector's last pattern unless it is `fresh`, so that only the elements that changed are written. */
type SignalTrack =
  | { readonly kind: 'scalar'; readonly id: Ending; readonly width: number }
  | { readonly kind: 'vector'; readonly width: number; readonly elements: readonly Element[]; readonly before: Uint32Array; fresh: boolean };

export class VcdBody {
  readonly #out: VcdFormatter;
  readonly #clocks: readonly ClockTrack[];
  /** Null for what another signal stands for. */
  readonly #signals: readonly (SignalTrack | null)[];
  /** The last `#time` line; -1 before the first. */
  #time = -1;
  /** Everything before this time is written. */
  #end = -1;
  #changes = 0;

  constructor(out: VcdFormatter, trace: TraceSource, declared: Declarations) {
    this.#out = out;
    this.#clocks = declared.clocks.map(({ clock, id }) => ({ clock, id: ending(id), next: Infinity }));
    this.#signals = trace.signals.map((signal, index): SignalTrack | null => {
      if (trace.same[index] !== index) return null;
      const variables = declared.variables[index] ?? [];
      const width = typeWidth(signal.type);
      const only = variables[0];
      if (signal.type.kind !== 'vec' && only !== undefined) return { kind: 'scalar', id: ending(only.id), width };
      const elements = variables.map(({ id, low, type }) => ({ id: ending(id), low, width: type.width }));
      return { kind: 'vector', width, elements, before: new Uint32Array(wordsFor(width)), fresh: true };
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
    const track = this.#signals[index];
    if (track === undefined || track === null) return;
    this.#changes++;
    if (track.kind === 'vector') this.#vector(track, words);
    else if (track.width === 1) this.#out.bit(words[0] ?? 0, track.id);
    else if (track.width <= 32) this.#out.number(words[0] ?? 0, track.id);
    else this.#out.wide(words, 0, track.width, track.id);
  }

  #vector(track: SignalTrack & { kind: 'vector' }, words: Uint32Array): void {
    const { before, fresh } = track;
    for (const { id, low, width } of track.elements) {
      if (!fresh && same(before, words, low, width)) continue;
      if (width === 1) this.#out.bit(field(words, low, 1), id);
      else if (width <= 32) this.#out.number(field(words, low, width), id);
      else this.#out.wide(words, low, width, id);
    }
    for (let word = 0; word < before.length; word++) before[word] = words[word] ?? 0;
    track.fresh = false;
  }
}

function same(a: Uint32Array, b: Uint32Array, low: number, width: number): boolean {
  for (let at = 0; at < width; at += 32) {
    if (field(a, low + at, width - at) !== field(b, low + at, width - at)) return false;
  }
  return true;
}
