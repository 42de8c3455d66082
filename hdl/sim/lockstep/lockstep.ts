/** Runs engines side by side and compares everything. */
import type { Design, Module } from '../../ir/types.ts';
import { modulesByName, typeWidth } from '../../ir/walk.ts';
import { TracedValues } from '../changes.ts';
import { CheckError } from '../errors.ts';
import type { Signal, Simulator, Timing } from '../simulator.ts';
import type { TraceSource } from '../trace.ts';
import type { Choices } from './choices.ts';

export interface Lockstep {
  readonly design: Design;
  /** One after the other drives the stimulus; the first one is right. */
  readonly start: readonly ((design: Design, options: { readonly timing: Timing }) => Simulator)[];
  readonly choices: Choices;
  readonly steps: number;
}

/** A text that says what differs first, or null. */
export function difference(lockstep: Lockstep): string | null {
  return firstOf([lockstep]);
}

/**
 * The same of several runs that take their steps in turn: simulations of one design share its code, and must share
 * nothing else.
 */
export function firstOf(runs: readonly Lockstep[]): string | null {
  let running = runs.map(differing);
  while (running.length > 0) {
    const taken = running.map((run) => ({ run, result: run.next() }));
    for (const { result } of taken) if (result.done === true && result.value !== null) return result.value;
    running = taken.flatMap(({ run, result }) => (result.done === true ? [] : [run]));
  }
  return null;
}

/** Yields after every step. */
function* differing({ design, start, choices, steps }: Lockstep): Generator<void, string | null, void> {
  const timing = timingOf(design, choices);
  const simulators = start.map((make) => make(design, { timing }));
  const [first, ...others] = simulators.map((simulator) => {
    const paths = [...simulator.signals()].map(({ path }) => path);
    return { simulator, signals: paths.map((path) => simulator.signal(path)) };
  });
  if (first === undefined) return null;
  // Some runs keep their inputs for long: what does not change may be left out.
  const quiet = choices.chance(1, 2);
  // Watching takes another way through the engines than reading does, and stepping with a listener than without.
  const resets = new Set(topOf(design).clocks.map(({ reset }) => `${design.top}.${reset}`));
  const memories = memoryPaths(design);
  const traces = choices.chance(1, 3) ? others.map(({ simulator }) => followed(simulator.trace())) : [];
  for (let step = 0; step <= (quiet ? 6 * steps : steps); step++) {
    const inputs = first.signals
      .map((signal, i) => ({ signal, i }))
      .filter(({ signal }) => signal.kind === 'input' && isTop(signal));
    // One by one: what looks whether anything has changed must look at everything.
    const given = quiet && step > 0 ? inputs.filter(() => choices.chance(1, 12)) : inputs;
    for (const { signal, i } of given) {
      const bits = resets.has(signal.path) ? BigInt(choices.chance(1, 6)) : choices.bits(typeWidth(signal.type));
      const level = signedOf(signal, bits);
      for (const { signals } of [first, ...others]) signals[i]?.set(level);
    }
    // Registers and words can be given what no design would: codes without a label, too.
    if (choices.chance(1, 8)) poke([first, ...others], memories, choices);
    for (const { simulator, signals } of others) {
      for (const [i, signal] of first.signals.entries()) {
        const [expected, found] = [signal.get(), signals[i]?.get()];
        if (expected !== found)
          return `cycle ${step}: ${signal.path} is ${expected}, but ${found} on ${simulator.engine}`;
      }
      const [hits, found] = [hitsOf(first.simulator), hitsOf(simulator)];
      if (hits !== found) return `cycle ${step}: covers are ${hits}, but ${found}`;
    }
    for (const follow of traces) {
      const wrong = follow(first.signals);
      if (wrong !== null) return `cycle ${step}: ${wrong}`;
    }
    // One step goes from edge to edge in one engine's way, several at once in another.
    const count = choices.chance(1, 3) ? 1 + choices.below(6) : 1;
    const [expected, ...found] = simulators.map((simulator) => stepped(simulator, count));
    const wrong = found.find((text) => text !== expected);
    if (wrong !== undefined) return `cycle ${step}: a step gives ${expected}, but ${wrong}`;
    // A failing check holds the cycle: nothing but a reset or other inputs leads on.
    yield;
  }
  return null;
}

interface Run {
  readonly simulator: Simulator;
  readonly signals: readonly Signal[];
}

/** Overwrites a few registers and a word of a memory. */
function poke(runs: readonly Run[], memories: readonly string[], choices: Choices): void {
  const all = runs[0]?.signals ?? [];
  const registers = all.flatMap((signal, i) => (signal.kind === 'register' ? [{ signal, i }] : []));
  for (let count = choices.below(4); count > 0 && registers.length > 0; count--) {
    const { signal, i } = choices.of(registers);
    const level = signedOf(signal, choices.bits(typeWidth(signal.type)));
    for (const { signals } of runs) signals[i]?.set(level);
  }
  if (memories.length === 0) return;
  const path = choices.of(memories);
  const views = runs.map(({ simulator }) => simulator.memory(path));
  const [address, word] = [choices.below(views[0]?.depth ?? 1), choices.bits(views[0]?.width ?? 1)];
  for (const view of views) view.write(address, word);
}

/** The memories of the top module and of its instances. */
function memoryPaths(design: Design): readonly string[] {
  const byName = modulesByName(design);
  const of = (name: string, path: string): readonly string[] => {
    const module = byName.get(name);
    if (module === undefined) return [];
    const own = module.memories.map((memory) => `${path}.${memory.name}`);
    return [...own, ...module.instances.flatMap((one) => of(one.module, `${path}.${one.name}`))];
  };
  return of(design.top, design.top);
}

function topOf(design: Design): Module {
  const top = design.modules.find(({ name }) => name === design.top);
  if (top === undefined) throw new RangeError('no top');
  return top;
}

/**
 * Keeps what a trace tells of changes; the result compares all of it, and the current sample, with signals in the same
 * order.
 */
function followed(trace: TraceSource): (signals: readonly Signal[]) => string | null {
  const told = new TracedValues(trace);
  trace.onSample((sample) => {
    told.take(sample.changes());
  });
  return (signals) => {
    const now = trace.now();
    // What changes until the edge is no sample yet.
    const [current, whole] = [told.copy(), new TracedValues(trace)];
    current.take(now.changes());
    whole.take(now.whole().changes());
    for (const [i, signal] of signals.entries()) {
      const expected = BigInt.asUintN(typeWidth(signal.type), signal.get());
      if (whole.of(i) !== expected) return `${signal.path} is ${expected}, but ${whole.of(i)} in the trace`;
      if (current.of(i) !== expected)
        return `${signal.path} is ${expected}, but by the changes that the trace told ${current.of(i)}`;
    }
    return null;
  };
}

function hitsOf(simulator: Simulator): string {
  return simulator
    .covers()
    .map(({ path, message, hits }) => `${path} ${message}: ${hits}`)
    .sort()
    .join(', ');
}

function stepped(simulator: Simulator, count: number): string {
  try {
    simulator.step(count);
    return 'no failure';
  } catch (error) {
    // Which of several failing checks is named first is each engine's own choice.
    if (error instanceof CheckError) return `a failing check in cycle ${error.failure.cycle}`;
    throw error;
  }
}

function isTop(signal: Signal): boolean {
  return signal.path.split('.').length === 2;
}

function signedOf({ type }: Signal, pattern: bigint): bigint {
  return type.kind === 'sint' ? BigInt.asIntN(type.width, pattern) : pattern;
}

function timingOf(design: Design, choices: Choices): Timing {
  const { clocks } = topOf(design);
  const several = clocks.length > 1;
  const any = (): Timing[string] => ({ period: choices.of([2, 4, 6, 10]), phase: choices.of([0, 0, 1, 3]) });
  return Object.fromEntries(clocks.map(({ name }) => [name, several ? any() : { period: 2, phase: 0 }]));
}
