/** The reference engine: an interpreter over bigint patterns, and with them the definition of what a design does. */
import type { Memory } from '../../ir/types.ts';
import { typeWidth } from '../../ir/walk.ts';
import type { Core, Edges, FailedCheck, Watch, Watched } from '../core.ts';
import type { Scope } from '../hierarchy.ts';
import { present, type Library, type Source } from '../library.ts';
import { memoryView } from '../memory-view.ts';
import type { Target } from '../paths.ts';
import type { CoverPoint, MemoryView } from '../simulator.ts';
import { bitsOf, valueOf, withBits } from '../values.ts';
import type { Timeline } from '../timeline.ts';
import { watchReaders } from '../watch.ts';
import { CheckLooker } from './checks.ts';
import { EdgeTaker } from './edges.ts';
import { flatten, frameAt, type Frame } from './frames.ts';
import type { Meaning } from './operations.ts';
import { orderSlots } from './order.ts';
import { makeRules, type Rule } from './rules.ts';
import { State } from './state.ts';

/** Computes one slot from slots that are settled. */
interface Settle {
  readonly slot: number;
  readonly evaluate: () => bigint;
}

/** @throws DesignError E0005 for a combinational loop. */
export class ReferenceCore implements Core {
  readonly engine = 'reference';
  private readonly top: Frame;
  private readonly state: State;
  private readonly program: readonly Settle[];
  private readonly taker: EdgeTaker;
  private readonly looker: CheckLooker;
  private settled = false;

  constructor(library: Library) {
    const frames = flatten(library);
    this.top = frames.top;
    this.state = new State(frames.all);
    const rules = makeRules(frames, this.state);
    this.state.grow(rules.length);
    for (const frame of frames.all) this.setInitial(frame);
    this.program = orderSlots(rules, frames.all).flatMap((slot) =>
      this.bind(slot, present(rules[slot], `rule ${slot}`)),
    );
    this.taker = new EdgeTaker(frames.all, library.top.module.clocks.length, this.state);
    this.looker = new CheckLooker(frames.all, this.state);
  }

  reader({ scope, source, low, width, whole, info: { type } }: Target): () => bigint {
    const read = this.patterns(scope, source);
    return () => valueOf(type, width === whole ? read() : bitsOf(read(), low, width));
  }

  watch(watched: readonly Watched[]): Watch {
    return watchReaders(
      watched.map(({ part, scope, source, low, width }) => {
        const read = this.patterns(scope, source);
        return { part, width, read: () => bitsOf(read(), low, width) };
      }),
    );
  }

  writer({ scope, source, low, width, whole }: Target): (value: number | bigint) => void {
    const read = this.patterns(scope, source);
    const write = this.overwriter(scope, source);
    return (value) => {
      const pattern = BigInt.asUintN(width, BigInt(value));
      write(width === whole ? pattern : withBits(read(), low, width, pattern));
    };
  }

  memory(scope: Scope, memory: Memory, path: string): MemoryView {
    const { words } = this.state.memory(frameAt(this.top, scope), memory.name);
    return memoryView(path, memory.depth, typeWidth(memory.word), {
      get: (address) => words.get(address) ?? 0n,
      set: (address, word) =>
        this.change(() => {
          words.set(address, word);
        }),
    });
  }

  check(edges: Edges): FailedCheck | null {
    this.settle();
    return this.looker.look(edges);
  }

  commit(edges: Edges): void {
    this.settle();
    this.looker.count();
    this.change(() => this.taker.take(edges));
  }

  run(timeline: Timeline, count: number, until: Target | null): FailedCheck | null {
    const read = until === null ? null : this.reader(until);
    for (const end = timeline.steps + count; timeline.steps < end;) {
      if (read !== null && read() !== 0n) return null;
      for (let ends = false; !ends;) {
        const instant = timeline.next();
        const failed = this.check(instant.edges);
        if (failed !== null) return failed;
        this.commit(instant.edges);
        timeline.take(instant);
        ({ ends } = instant);
      }
    }
    return null;
  }

  covers(): readonly CoverPoint[] {
    return this.looker.covers();
  }

  save(): () => void {
    const restore = this.state.save();
    return () => this.change(restore);
  }

  /** Reads the bit pattern of all that `source` holds. */
  private patterns(scope: Scope, source: Source): () => bigint {
    if (source.kind === 'reset') return () => (this.state.resets.get(source.name) === true ? 1n : 0n);
    const frame = frameAt(this.top, scope);
    if (source.kind === 'word') {
      const { words } = this.state.memory(frame, source.memory);
      return () => words.get(source.address) ?? 0n;
    }
    return () => {
      this.settle();
      return this.state.read(frame, source.node);
    };
  }

  private overwriter(scope: Scope, source: Source): (pattern: bigint) => void {
    if (source.kind === 'reset')
      return (pattern) => {
        this.state.resets.set(source.name, pattern !== 0n);
      };
    const frame = frameAt(this.top, scope);
    if (source.kind === 'word') {
      const { words } = this.state.memory(frame, source.memory);
      return (pattern) =>
        this.change(() => {
          words.set(source.address, pattern);
        });
    }
    const slot = frame.base + source.node;
    return (pattern) =>
      this.change(() => {
        this.state.values[slot] = pattern;
      });
  }

  private change(apply: () => void): void {
    apply();
    this.settled = false;
  }

  private settle(): void {
    if (this.settled) return;
    const { values } = this.state;
    for (const { slot, evaluate } of this.program) values[slot] = evaluate();
    this.settled = true;
  }

  private setInitial({ base, scope }: Frame): void {
    scope.view.module.nodes.forEach((node, id) => {
      if (node.kind === 'const') this.state.values[base + id] = node.value;
      if (node.kind === 'reg') this.state.values[base + id] = node.reset;
    });
  }

  /**
   * Called in settling order: the slots that `rule` names have their homes already, so copies need no step of their
   * own.
   */
  private bind(slot: number, rule: Rule): Settle[] {
    const { values, homes } = this.state;
    const home = (from: number): number => present(homes[from], `slot ${from}`);
    switch (rule.kind) {
      case 'held':
        return [];
      case 'copy':
        homes[slot] = home(rule.from);
        return [];
      case 'function':
        return [{ slot, evaluate: rule.evaluate }];
      case 'operation':
        return [{ slot, evaluate: applied(rule.meaning, rule.from.map(home), values) }];
    }
  }
}

/** Calls with one to three arguments are spelt out: spreading them takes several times as long. */
function applied(meaning: Meaning, from: readonly number[], values: readonly bigint[]): () => bigint {
  const at = (slot: number): bigint => values[slot] ?? 0n;
  const [a = 0, b = 0, c = 0] = from;
  switch (from.length) {
    case 1:
      return () => meaning(at(a));
    case 2:
      return () => meaning(at(a), at(b));
    case 3:
      return () => meaning(at(a), at(b), at(c));
    default:
      return () => meaning(...from.map(at));
  }
}
