/** Words of memories among the signals of a trace: not there by themselves, since memories are large. */
import { ChangeList } from '../hdl/sim/changes.ts';
import type { Changes, Sample, TracedPart, TracedSignal, TraceSource } from '../hdl/sim/trace.ts';
import { WaveformError } from './error.ts';

/** What waves need of a memory: a simulator's `memory(path)` has it. */
export interface ReadableMemory {
  /** From the top module on. */
  readonly path: string;
  readonly depth: number;
  /** Bits of a word. */
  readonly width: number;
  read(address: number): bigint;
}

/** The words from `from` (0) up to `to`, itself included (the last). */
export interface MemoryRange {
  readonly memory: ReadableMemory;
  readonly from?: number;
  readonly to?: number;
}

/** All words are read in every cycle. */
const MOST_WORDS = 4096;

/**
 * The trace with words of memories after its signals, each called as the memory with its address: `fifo.places[3]`.
 * A word has in a cycle what a read in that cycle would give.
 * @throws WaveformError for a range that the memory does not have, and for more than 4,096 words in all
 */
export function withMemories(trace: TraceSource, ranges: readonly MemoryRange[]): TraceSource {
  const words = ranges.flatMap(wordsOf);
  if (words.length > MOST_WORDS)
    throw new WaveformError(`waves have at most ${MOST_WORDS} words of memories, not ${words.length}; name fewer`);
  return words.length === 0 ? trace : new TraceWithWords(trace, words);
}

interface Word {
  readonly memory: ReadableMemory;
  readonly address: number;
}

function wordsOf({ memory, from = 0, to = memory.depth - 1 }: MemoryRange): readonly Word[] {
  if (!(Number.isInteger(from) && Number.isInteger(to) && from >= 0 && from <= to && to < memory.depth)) {
    throw new WaveformError(
      `${memory.path} has no words ${from} to ${to}; it has ${memory.depth}, 0 to ${memory.depth - 1}`,
    );
  }
  if (to - from >= MOST_WORDS)
    throw new WaveformError(`waves have at most ${MOST_WORDS} words of memories, not ${to - from + 1}; name fewer`);
  return Array.from({ length: to - from + 1 }, (_, i) => ({ memory, address: from + i }));
}

class TraceWithWords implements TraceSource {
  readonly clocks: TraceSource['clocks'];
  readonly signals: readonly TracedSignal[];
  readonly parts: readonly TracedPart[];
  readonly same: Int32Array;
  readonly #trace: TraceSource;
  readonly #words: readonly Word[];
  /** By word, what it was in the last sample, and its number among the parts. */
  readonly #values: bigint[] = [];
  readonly #first: number;
  readonly #list: ChangeList;
  /** The last sample, and what it has changed. */
  #time = -1;
  #changes: Changes = new Uint32Array(0);

  constructor(trace: TraceSource, words: readonly Word[]) {
    [this.#trace, this.#words, this.#first] = [trace, words, trace.parts.length];
    this.clocks = trace.clocks;
    this.signals = [...trace.signals, ...words.map(signalOf)];
    const added = words.map(({ memory: { width } }, i): TracedPart => ({
      signal: trace.signals.length + i,
      indices: [],
      type: { kind: 'uint', width },
      low: 0,
    }));
    this.parts = [...trace.parts, ...added];
    this.same = Int32Array.from([...trace.same, ...added.map((_, i) => this.#first + i)]);
    this.#list = new ChangeList(words.map(({ memory: { width } }) => width));
  }

  onSample(listener: (sample: Sample) => void, from?: number): () => void {
    let isFirst = true;
    return this.#trace.onSample((sample) => {
      // Several listeners see one sample.
      if (sample.time !== this.#time) {
        [this.#time, this.#changes] = [sample.time, this.#look(true)];
      }
      listener(this.#with(sample, isFirst ? this.#all() : this.#changes));
      isFirst = false;
    }, from);
  }

  failed(): ReturnType<TraceSource['failed']> {
    return this.#trace.failed();
  }

  now(): Sample {
    return this.#with(this.#trace.now(), this.#look(false));
  }

  /** What is not as in the last sample; `keep`: this is the next one. */
  #look(keep: boolean): Changes {
    return this.#listed((value, i) => {
      const before = this.#values[i];
      if (keep) this.#values[i] = value;
      return value !== before;
    });
  }

  #all(): Changes {
    return this.#listed(() => true);
  }

  #listed(isWanted: (value: bigint, word: number) => boolean): Changes {
    this.#list.clear();
    for (const [i, { memory, address }] of this.#words.entries()) {
      const value = memory.read(address);
      if (isWanted(value, i)) this.#list.add(this.#first + i, value, memory.width);
    }
    return this.#list.changes.slice();
  }

  #with(sample: Sample, changes: Changes): Sample {
    return {
      time: sample.time,
      end: sample.end,
      changes: () => joined(sample.changes(), changes),
      whole: () => this.#with(sample.whole(), this.#all()),
    };
  }
}

function signalOf({ memory: { path, width }, address }: Word): TracedSignal {
  const scope = path.split('.');
  const name = scope.pop() ?? '';
  // GTKWave would make one bus of single bits that differ in an index alone.
  return {
    scope,
    name: width > 1 ? `${name}[${address}]` : `${name}_${address}`,
    type: { kind: 'uint', width },
    kind: 'register',
  };
}

function joined(one: Changes, other: Changes): Changes {
  const all = new Uint32Array(one.length + other.length);
  all.set(one);
  all.set(other, one.length);
  return all;
}
