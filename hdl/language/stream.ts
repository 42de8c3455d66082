/** Combinators of streams. None of them lets a valid depend on a ready in the same cycle. */
import { addressWidth } from '../ir/walk.ts';
import { nameOf, refuse, report, runBody } from './builder.ts';
import { show } from '../messages/show.ts';
import { shapeOfValue } from './bundle.ts';
import { when } from './control.ts';
import { listGiven, recordGiven, wordGiven } from './given.ts';
import { sram } from './memory.ts';
import { produce } from './module.ts';
import { isSize } from './node.ts';
import { here, placedAt } from './place.ts';
import { streamGiven } from './port.ts';
import { select, selectAs } from './select.ts';
import { bitOf } from './signal.ts';
import { bit, uint } from './shapes.ts';
import { named, reg } from './state.ts';
import { surface } from './surface.ts';
import type { Bit, Immediate, Shape, Stream, UInt } from './types.ts';
import { constant } from './values.ts';

function checkStream(called: string, name: unknown, input: unknown): void {
  streamGiven(input, `${called} ${nameOf(name, 'a stream')}`);
}

function payloadShape<T>(stream: Stream<T>): Shape<T, T> {
  return surface(shapeOfValue(stream.payload));
}

/** Each payload through a pure function, in the same cycle. */
export function map<T, U>(name: string, input: Stream<T>, f: ((payload: T) => U) & Immediate<U>): Stream<U> {
  checkStream('map', name, input);
  const output = produce<U>(name, { valid: input.valid, payload: surface(runBody(f, `map ${name}`, input.payload)) });
  input.ready = output.ready;
  return output;
}

/** Passes the payloads for which `keep` is 1, and swallows the others at once. `keep` looks at the payload only. */
export function filter<T>(name: string, input: Stream<T>, keep: (payload: T) => Bit): Stream<T> {
  checkStream('filter', name, input);
  const kept: Bit = surface(
    bitOf(runBody(keep, `filter ${name}`, input.payload), (seen) => `filter ${name} keeps ${seen}`),
  );
  const output = produce(name, { valid: input.valid.and(kept), payload: input.payload });
  input.ready = output.ready.or(kept.not());
  return output;
}

/**
 * One register between producer and consumer. `forward` cuts the path of valid and payload (one cycle later; ready
 * passes), `backward` that of ready (payload passes, or waits here), `both` cuts all: two places, so that it still
 * moves one payload a cycle.
 */
export function stage<T>(name: string, input: Stream<T>, cut: 'forward' | 'backward' | 'both' = 'both'): Stream<T> {
  checkStream('stage', name, input);
  wordGiven(cut, ['forward', 'backward', 'both'], `what stage ${name} cuts`);
  return placedAt(here(), () => {
    if (cut !== 'both') return oneStage(name, input, cut);
    return oneStage(`${name}_out`, oneStage(name, input, 'backward'), 'forward');
  });
}

function oneStage<T>(name: string, input: Stream<T>, cut: 'forward' | 'backward'): Stream<T> {
  const shape = payloadShape(input);
  const full = reg(`${name}_full`, bit);
  const held = reg(`${name}_held`, shape, { resettable: false });
  if (cut === 'forward') {
    const output = produce(name, { valid: full, payload: surface<T>(held) });
    const open = full.not().or(output.ready);
    input.ready = open;
    when(open, () => {
      full.next = input.valid;
      held.next = input.payload;
    });
    return output;
  }
  const output = produce(name, { valid: input.valid.or(full), payload: select(full, surface<T>(held), input.payload) });
  input.ready = full.not();
  when(output.ready, () => {
    full.next = 0;
  }).elsewhen(input.valid.and(full.not()), () => {
    full.next = 1;
    held.next = input.payload;
  });
  return output;
}

export interface FifoView<T> {
  readonly out: Stream<T>;
  /** Payloads inside. */ readonly count: UInt;
}

/**
 * A queue of `depth` payloads (1 or more) in a memory of that name; a payload can leave from the cycle after it came.
 * Full throughput whatever the depth, except that one place alone cannot fill and empty in the same cycle.
 */
export function fifo<T>(name: string, input: Stream<T>, depth: number): Stream<T> {
  return fifoWithCount(name, input, depth).out;
}

/** {@link fifo}, with the number of payloads in it. */
export function fifoWithCount<T>(name: string, input: Stream<T>, depth: number): FifoView<T> {
  checkStream('fifo', name, input);
  if (!isSize(depth))
    refuse({
      code: 'E0004',
      message: `fifo ${name} of ${show(depth)} payloads`,
      help: 'use a whole number of at least 1',
    });
  return placedAt(here(), () => queue(name, input, depth));
}

function queue<T>(name: string, input: Stream<T>, depth: number): FifoView<T> {
  const memory = sram(name, { depth, word: payloadShape(input), readDuringWrite: 'old' });
  const pointer = uint(addressWidth(depth));
  const head = reg(`${name}_head`, pointer);
  const tail = reg(`${name}_tail`, pointer);
  const count = reg(`${name}_count`, uint(addressWidth(depth + 1)));
  const output = produce(`${name}_out`, { valid: count.ne(0), payload: memory.readNow({ address: head }) });
  input.ready = count.ne(depth);
  const after = (at: UInt): UInt =>
    depth === 2 ** addressWidth(depth) ? at.add(1) : select(at.eq(depth - 1), 0, at.add(1));
  const [coming, going] = [input.fire, output.fire];
  when(coming, () => {
    memory.write({ address: tail, data: input.payload });
    tail.next = after(tail);
  });
  when(going, () => {
    head.next = after(head);
  });
  when(coming.and(going.not()), () => {
    count.next = count.add(1);
  }).elsewhen(going.and(coming.not()), () => {
    count.next = count.sub(1);
  });
  return { out: output, count };
}

/** One stream to several consumers, each of which takes every payload, in its own time. */
export function fork<T>(name: string, input: Stream<T>, branches: number): Stream<T>[] {
  checkStream('fork', name, input);
  if (!isSize(branches)) {
    report({ code: 'E0004', message: `fork ${name} to ${show(branches)} branches`, help: 'give it at least one' });
    input.ready = 0;
    return [];
  }
  return placedAt(here(), () => forked(name, input, branches));
}

function forked<T>(name: string, input: Stream<T>, branches: number): Stream<T>[] {
  const taken = Array.from({ length: branches }, (_, i) => reg(`${name}_taken_${i}`, bit));
  const outputs = taken.map((done, i) =>
    produce(`${name}_${i}`, { valid: input.valid.and(done.not()), payload: input.payload }),
  );
  const finished = outputs.map((output, i) => output.ready.or(taken[i] ?? constant(bit, 0)));
  const all = finished.reduce((a, b) => a.and(b));
  input.ready = all;
  when(input.valid, () => {
    taken.forEach((done, i) => {
      done.next = selectAs(bit, all, 0, finished[i] ?? 0);
    });
  });
  return outputs;
}

/** Several streams into one of the record of their payloads: moves when all are valid. */
export function join<S extends Readonly<Record<string, Stream<unknown>>>>(
  name: string,
  inputs: S,
): Stream<{ readonly [K in keyof S]: S[K] extends Stream<infer T> ? T : never }> {
  nameOf(name, 'a join');
  recordGiven(inputs, `join ${name}`, `name the streams: join('${name}', { left, right })`);
  const streams = Object.entries(inputs);
  for (const [key, input] of streams) streamGiven(input, `${key} of join ${name}`);
  if (streams.length === 0)
    report({ code: 'E0004', message: `join ${name} of no streams`, help: 'give it at least one' });
  const valid = streams.map(([, input]) => input.valid).reduce((a, b) => a.and(b), constant(bit, 1));
  const payload = Object.fromEntries(streams.map(([key, input]) => [key, input.payload]));
  const output = produce(name, { valid, payload });
  for (const [, input] of streams) input.ready = output.ready.and(valid);
  return surface(output);
}

export interface ArbiterView<T> {
  readonly out: Stream<T>;
  /** Whose payload is at the output, by position. */
  readonly chosen: UInt;
}

/**
 * Several streams into one, one payload at a time. `fixed` prefers the first; `roundRobin` whoever comes after the last
 * one served. A choice that has been offered is kept until it is taken, so that the output obeys the stream rules.
 */
export function arbiter<T>(
  name: string,
  inputs: readonly Stream<T>[],
  policy: 'fixed' | 'roundRobin' = 'roundRobin',
): ArbiterView<T> {
  nameOf(name, 'an arbiter');
  listGiven(inputs, `arbiter ${name}`, `list the streams: arbiter('${name}', [left, right])`).forEach((input, i) =>
    streamGiven(input, `input ${i} of arbiter ${name}`),
  );
  wordGiven(policy, ['fixed', 'roundRobin'], `the policy of arbiter ${name}`);
  const [first, ...others] = inputs;
  if (first === undefined)
    return refuse({ code: 'E0004', message: `arbiter ${name} of no streams`, help: 'give it at least one' });
  return placedAt(here(), () => arbitrated(name, [first, ...others], policy));
}

function arbitrated<T>(
  name: string,
  inputs: readonly [Stream<T>, ...Stream<T>[]],
  policy: 'fixed' | 'roundRobin',
): ArbiterView<T> {
  const [first, ...others] = inputs;
  const index = uint(addressWidth(inputs.length));
  const waiting = reg(`${name}_waiting`, bit);
  const kept = reg(`${name}_kept`, index);
  const lowest = (eligible: (valid: Bit, i: number) => Bit, otherwise: UInt): UInt =>
    inputs.reduceRight<UInt>((rest, { valid }, i) => select(eligible(valid, i), constant(index, i), rest), otherwise);
  const any = lowest((valid) => valid, constant(index, 0));
  // After reset the first one is next.
  const last = policy === 'fixed' ? null : reg(`${name}_last`, index, { reset: inputs.length - 1 });
  const fresh = last === null ? any : lowest((valid, i) => valid.and(last.lt(i)), any);
  const chosen = named(`${name}_chosen`, select(waiting, kept, fresh));
  const is = (i: number): Bit => (inputs.length === 1 ? constant(bit, 1) : chosen.eq(i));
  const payload = others.reduce<T>(
    (rest, other, i) => select<T>(is(i + 1), other.payload, surface<NoInfer<T>>(rest)),
    first.payload,
  );
  const valid = inputs.map((input, i) => input.valid.and(is(i))).reduce((a, b) => a.or(b));
  const output = produce(name, { valid, payload });
  inputs.forEach((input, i) => {
    input.ready = output.ready.and(is(i));
  });
  waiting.next = output.valid.and(output.ready.not());
  when(output.valid, () => {
    kept.next = chosen;
  });
  if (last !== null)
    when(output.fire, () => {
      last.next = chosen;
    });
  return { out: output, chosen };
}
