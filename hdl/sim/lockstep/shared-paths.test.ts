/** Wires in very many arms: they mean what they did, and cost in proportion to what is written. */
import { describe, expect, test } from 'vitest';
import { formatDiagnostic } from '../../diagnostics/diagnostic.ts';
import { check } from '../../checks/index.ts';
import { eachStatement } from '../../ir/body.ts';
import { combinational } from '../../ir/combinational.ts';
import { sharedPaths, usualPaths, type PathRule } from '../../ir/shared-paths.ts';
import { slicesOf } from '../../ir/slices.ts';
import type { Clock, Module, NodeId, Statement } from '../../ir/types.ts';
import { openLibrary } from '../library.ts';
import { assignment, designOf, draft, uint, type Draft } from '../testing-designs.ts';
import { reference, wasm } from './engines.ts';

const shapes = ['chain', 'nest', 'cases', 'fallback'] as const;
type Shape = (typeof shapes)[number];

const word = uint(16);

/** As many arms of one kind, each with the statements of its number. */
function branches(m: Draft, x: NodeId, arms: number, shape: Shape, inArm: (i: number) => readonly Statement[]): void {
  const values = Array.from({ length: arms }, (_, i) => m.constant(word, i));
  if (shape === 'cases' || shape === 'fallback') {
    m.switch(
      x,
      values.map((_, i) => ({ values: [BigInt(i)], body: inArm(i) })),
      shape === 'cases' ? [] : values.flatMap((_, i) => inArm(i)),
    );
    return;
  }
  const conditions = values.map((value) => m.op(shape === 'chain' ? 'eq' : 'lt', uint(1), [value, x]));
  let inner: readonly Statement[] = [];
  conditions.toReversed().forEach((condition, back) => {
    const own = inArm(arms - 1 - back);
    const [then, otherwise] = shape === 'chain' ? [own, inner] : [[...own.slice(0, 1), ...inner, ...own.slice(1)], []];
    inner = [{ kind: 'when', condition, then, otherwise, place: null }];
  });
  m.body.push(...inner);
}

/** Each arm assigns a wire of its own, and one that another arm assigns as well. */
function armed(arms: number, shape: Shape): Module {
  return draft('top', { x: word }, (m, input) => {
    const x = input('x');
    const wires = Array.from({ length: arms }, (_, i) => m.wire(`w${i}`, word, x));
    const targets = (i: number): NodeId[] => [wires[i] ?? x, wires[(i * 7 + 3) % arms] ?? x];
    const values = wires.map((_, i) => m.op('add', word, [x, m.constant(word, 3 * i + 1)]));
    branches(m, x, arms, shape, (i) => targets(i).map((target) => assignment(target, values[i] ?? x)));
    const mixed = wires.reduce(
      (sum, one, i) => m.op('xor', word, [sum, m.op('mul', word, [one, m.constant(word, 2 * i + 1)])]),
      x,
    );
    return { y: mixed };
  });
}

/** What is gone through when every wire is worked out on its own, and the edges between all values. */
function work(module: Module, rule: PathRule): number {
  let found = 0;
  for (const slice of slicesOf(sharedPaths(module, rule).body).values())
    eachStatement(slice, (statement) => {
      found += statement.kind === 'switch' ? statement.cases.length : 1;
    });
  const { dependencies = [] } = combinational(designOf(module)).get(module.name) ?? {};
  return found + dependencies.reduce((sum, each) => sum + each.length, 0);
}

describe.each(shapes)('%s', (shape) => {
  test('costs in proportion to its length', () => {
    const [short, long] = [500, 1000].map((arms) => work(armed(arms, shape), usualPaths));
    expect(long).toBeLessThan(2.2 * (short ?? 0));
    expect(long).toBeLessThan(60 * 1000);
  });

  test('means what it did', () => {
    const module = armed(60, shape);
    const design = designOf(module);
    // The reference takes the body as it was written.
    const right = reference(design);
    const shared = [1, 2, 3, 16].map((longest) => {
      const made = sharedPaths(openLibrary(design).top.module, { longest, fewest: 0 });
      expect(made.body).not.toBe(module.body);
      return wasm(designOf(made));
    });
    for (let x = 0; x < 64; x++) {
      for (const sim of [right, ...shared]) sim.poke('x', x);
      for (const sim of shared) expect(sim.peek('y'), `x is ${x}`).toBe(right.peek('y'));
    }
  });

  test('is as it was written where it is short', () => {
    const module = armed(60, shape);
    expect(sharedPaths(module, usualPaths)).toBe(module);
  });
});

const twoClocks: readonly Clock[] = ['a', 'b'].map((name) => ({ name, reset: null }));

test('checks see what depends on what through shared paths', () => {
  const arms = 400;
  const crossing = draft(
    'top',
    { x: word },
    (m, input) => {
      const slow = m.reg('slow', word, { clock: 'b' });
      m.assign(slow, slow);
      const fast = m.reg('fast', word, { clock: 'a' });
      const wires = Array.from({ length: arms }, (_, i) => m.wire(`w${i}`, word, input('x')));
      branches(m, slow, arms, 'chain', (i) => [assignment(wires[i] ?? -1, input('x'))]);
      m.assign(fast, wires.at(-1) ?? -1);
      return { y: fast };
    },
    twoClocks,
  );
  const [said] = check(designOf(crossing));
  expect(said === undefined ? '' : formatDiagnostic(said)).toMatch(/E0014.*slow/s);
  const loop = draft('top', { x: word }, (m, input) => {
    const wires = Array.from({ length: arms }, (_, i) => m.wire(`w${i}`, word, input('x')));
    branches(m, wires.at(-1) ?? -1, arms, 'chain', (i) => [assignment(wires[i] ?? -1, input('x'))]);
    return { y: wires.at(-1) ?? -1 };
  });
  expect(check(designOf(loop)).map(({ code }) => code)).toEqual(['E0005']);
});
