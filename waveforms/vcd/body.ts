/** The text of a VCD file: declarations, once there is something to follow them; then times, clock edges, changes. */
import type { TracedClock } from '../../hdl/sim/trace.ts';
import { cycleAt, cycleStart, isHigh, nextEdge } from '../clocks.ts';
import { mustFollow, type Stretch } from '../recording.ts';
import type { VcdFormatter } from './formatter.ts';
import type { DeclaredClock } from './header.ts';
import { identifier } from './identifiers.ts';

/** The variable that counts cycles: its number in the formatter. */
interface CycleTrack {
  readonly clock: TracedClock;
  readonly part: number;
  next: number;
}

interface ClockTrack {
  readonly clock: TracedClock;
  readonly rising: string;
  readonly falling: string;
  next: number;
}

export class VcdBody {
  readonly #out: VcdFormatter;
  readonly #clocks: readonly ClockTrack[];
  readonly #cycle: CycleTrack;
  readonly #head: () => Iterable<string>;
  /** The last `#time` line; -1 before the first. */
  #time = -1;
  #start = -1;
  /** Everything before this time is written. */
  #end = -1;

  /**
   * @param cycle the clock whose cycles are counted, and the number in the formatter of the variable that counts them
   * @param head the declarations
   */
  constructor(
    out: VcdFormatter,
    clocks: readonly DeclaredClock[],
    cycle: Pick<CycleTrack, 'clock' | 'part'>,
    head: () => Iterable<string>,
  ) {
    this.#out = out;
    this.#cycle = { ...cycle, next: Infinity };
    this.#head = head;
    this.#clocks = clocks.map(({ clock, id }) => ({
      clock,
      rising: `1${identifier(id)}\n`,
      falling: `0${identifier(id)}\n`,
      next: Infinity,
    }));
  }

  /** Time of the first value; -1 before the first stretch. */
  get start(): number {
    return this.#start;
  }

  /** Time up to which everything is written; -1 before the first stretch. */
  get end(): number {
    return this.#end;
  }

  /**
   * Writes one stretch. The first must hold every part.
   * @throws WaveformError when it starts before the one before ended: the simulation was set back.
   */
  write(stretch: Stretch): void {
    if (this.#end < 0) {
      this.#first(stretch);
    } else {
      mustFollow(this.#end, stretch);
      this.#edges(stretch.time + 1);
      const changes = stretch.changes();
      if (changes.length > 0) {
        this.#at(stretch.time);
        this.#out.changes(changes);
      }
    }
    this.#edges(stretch.end);
    this.#end = stretch.end;
  }

  /** Where the text is so far. @returns what takes back everything after, which the file must lose too */
  mark(): () => void {
    const [time, end, cycle, edges] = [this.#time, this.#end, this.#cycle.next, this.#clocks.map(({ next }) => next)];
    return () => {
      [this.#time, this.#end, this.#cycle.next] = [time, end, cycle];
      this.#clocks.forEach((track, i) => {
        track.next = edges[i] ?? Infinity;
      });
    };
  }

  /** The lone time at the end, by which a reader can tell a whole file from one that was cut. */
  finish(): void {
    if (this.#time !== this.#end) this.#at(this.#end);
    this.#out.finish();
  }

  #first({ time, changes }: Stretch): void {
    this.#start = time;
    for (const text of this.#head()) this.#out.text(text);
    this.#at(time);
    this.#out.text('$dumpvars\n');
    for (const track of this.#clocks) this.#edge(track, time);
    this.#count(time);
    this.#out.changes(changes());
    this.#out.text('$end\n');
    // The run has begun: from here on there is something to look at, and what cannot be written is told.
    this.#out.flush();
  }

  /** Clock edges before `limit`, in order of time. */
  #edges(limit: number): void {
    for (;;) {
      let { next } = this.#cycle;
      for (const track of this.#clocks) next = Math.min(next, track.next);
      if (next >= limit) return;
      this.#at(next);
      for (const track of this.#clocks) if (track.next === next) this.#edge(track, next);
      if (this.#cycle.next === next) this.#count(next);
    }
  }

  /** The clock's level from `time` on. */
  #edge(track: ClockTrack, time: number): void {
    this.#out.text(isHigh(track.clock, time) ? track.rising : track.falling);
    track.next = nextEdge(track.clock, time);
  }

  /** The number of the cycle that begins at `time`, or that it lies in. */
  #count(time: number): void {
    const { clock, part } = this.#cycle;
    const cycle = cycleAt(clock, time);
    this.#out.number(part, cycle);
    this.#cycle.next = cycleStart(clock, cycle + 1);
  }

  #at(time: number): void {
    if (time === this.#time) return;
    this.#out.text(`#${time}\n`);
    this.#time = time;
  }
}
