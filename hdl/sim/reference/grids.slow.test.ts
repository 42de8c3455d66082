/** A large array on the reference engine. */
import { expect, test } from 'vitest';
import { simulate } from './testing-reference.ts';
import { bit, designOf, draft, uint, vec } from '../testing-designs.ts';

const byte = uint(8);

test('128 × 128 cells of several nodes are built and stepped', () => {
  const pe = draft('pe', { load: bit, a: byte, sum: uint(16) }, (m, input) => {
    const weight = m.reg('weight', byte);
    const a = m.reg('a_held', byte);
    const sum = m.reg('sum_held', uint(16));
    m.body.push({
      kind: 'when',
      condition: input('load'),
      then: [{ kind: 'assign', target: weight, value: input('a'), place: null }],
      otherwise: [],
      place: null,
    });
    m.assign(a, input('a'));
    m.assign(sum, m.op('add', uint(16), [input('sum'), m.op('mul', uint(16), [input('a'), weight])]));
    return { aOut: a, sumOut: sum };
  });
  const n = 128;
  const s = simulate(
    designOf(
      pe,
      draft('mesh', { load: bit, a: vec(n, byte) }, (m, input) => {
        const of = m.grid(pe, {
          name: 'pe',
          rows: n,
          cols: n,
          shape: 'full',
          inputs: {
            load: { from: 'all', node: input('load') },
            a: { from: 'west', port: 'aOut', edge: input('a') },
            sum: { from: 'north', port: 'sumOut', edge: m.constant(vec(n, uint(16)), 0) },
          },
        });
        return { y: of('sumOut', 'south') };
      }),
    ),
  );
  for (let r = 0; r < n; r++) s.poke(`a[${r}]`, 1);
  s.poke('load', 1);
  s.step(n + 1);
  s.poke('load', 0);
  s.step(2 * n);
  for (const c of [0, 1, n - 1]) expect(s.peek(`y[${c}]`)).toBe(128n);
});
