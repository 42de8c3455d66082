import type { Code, Local } from './code.ts';

/** `body` for counter = 0, step, 2·step, … while below the limit, an i32 in a local. */
export function count(code: Code, counter: Local, limit: Local, body: () => void, step = 1): void {
  code.i32(0);
  code.set(counter);
  code.block();
  code.loop();
  code.get(counter);
  code.get(limit);
  code.op('i32.ge_s');
  code.brIf(1);
  body();
  code.get(counter);
  code.i32(step);
  code.op('i32.add');
  code.set(counter);
  code.br(0);
  code.end();
  code.end();
}

/** Pushes base + index × 8. */
export function wordAt(code: Code, base: Local, index: Local): void {
  code.get(base);
  code.get(index);
  code.i32(3);
  code.op('i32.shl');
  code.op('i32.add');
}

/** Adds `amount` to a local. */
export function advance(code: Code, local: Local, amount: Local): void {
  code.get(local);
  code.get(amount);
  code.op('i32.add');
  code.set(local);
}

/** Adds a constant to a local. */
export function step(code: Code, local: Local, amount: number): void {
  code.get(local);
  code.i32(amount);
  code.op('i32.add');
  code.set(local);
}

/** `body` while one local is below another, both addresses; the body counts. */
export function whileBelow(code: Code, counter: Local, end: Local, body: () => void): void {
  code.block();
  code.loop();
  code.get(counter);
  code.get(end);
  code.op('i32.ge_u');
  code.brIf(1);
  body();
  code.br(0);
  code.end();
  code.end();
}
