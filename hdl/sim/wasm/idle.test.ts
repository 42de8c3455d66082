/** Grids that are left out of cycles in which they cannot change. */
import { expect, test } from 'vitest';
import type { Design } from '../../ir/types.ts';
import type { Simulator } from '../simulator.ts';
import { assignment, bit, designOf, draft, uint, vec } from '../testing-designs.ts';
import { reference, wasm } from '../lockstep/engines.ts';

/** Counts while enabled, up to 40 if saturating; hands its count to the east. */
const cell = draft('cell', { enable: bit, saturate: bit, before: uint(8) }, (m, input) => {
  const count = m.reg('count', uint(8), { reset: 3n });
  const moved = m.reg('moved', uint(8));
  const full = m.op('and', bit, [input('saturate'), m.op('ge', bit, [count, m.constant(uint(8), 40)])]);
  const go = m.op('and', bit, [input('enable'), m.op('not', bit, [full])]);
  m.when(go, [assignment(count, m.op('add', uint(8), [count, m.constant(uint(8), 1)]))]);
  m.assign(moved, m.op('add', uint(8), [input('before'), count]));
  return { moved };
});

const design = designOf(
  cell,
  draft('top', { enable: vec(2, bit), saturate: bit, edge: vec(2, uint(8)) }, (m, input) => {
    const of = m.grid(cell, {
      name: 'cells',
      rows: 2,
      cols: 20,
      shape: 'full',
      inputs: {
        enable: { from: 'row', node: input('enable') },
        saturate: { from: 'all', node: input('saturate') },
        before: { from: 'west', port: 'moved', edge: input('edge') },
      },
    });
    return { out: of('moved', 'east') };
  }),
);

function pair(design: Design): { readonly each: (act: (s: Simulator) => void) => void; readonly same: () => void } {
  const [right, fast] = [reference(design), wasm(design)];
  const paths = [...right.signals()].map(({ path }) => path);
  return {
    each: (act) => {
      act(right);
      act(fast);
    },
    same: () => {
      for (const path of paths) expect(`${path} ${fast.peek(path)}`).toBe(`${path} ${right.peek(path)}`);
    },
  };
}

test('a grid that counts by itself is never left out, one that has settled wakes by its inputs', () => {
  const { each, same } = pair(design);
  each((s) => {
    s.poke('enable', 3);
  });
  for (let i = 0; i < 30; i++) {
    each((s) => {
      s.step(3);
    });
    same();
  }
  each((s) => {
    s.poke('saturate', 1);
    s.step(200);
  });
  same();
  each((s) => {
    s.poke('edge[1]', 9);
    s.step();
  });
  same();
  each((s) => {
    s.step(100);
    s.poke('saturate', 0);
    s.step();
  });
  same();
});

test('what is set from outside wakes it: registers, resets, snapshots, and cycles taken while traced', () => {
  const { each, same } = pair(design);
  each((s) => {
    s.step(100);
    s.poke('cells[1][7].count', 100);
    s.step();
  });
  same();
  each((s) => {
    s.step(100);
    s.reset();
    s.step(2);
  });
  same();
  each((s) => {
    s.poke('enable', 1);
    s.step(10);
    const before = s.save();
    s.poke('enable', 0);
    s.step(200);
    s.restore(before);
    s.step(3);
  });
  same();
  each((s) => {
    s.poke('enable', 0);
    s.step(200);
    const stop = s.trace().onSample(() => {});
    s.poke('enable', 3);
    s.step(3);
    s.poke('enable', 0);
    s.step();
    stop();
    s.step(5);
  });
  same();
});

/**
 * Takes what its western neighbour makes of an input, in the same cycle or one later: what wakes it comes by way of the
 * neighbour.
 */
const follower = draft('follower', { x: uint(8), west: uint(8) }, (m, input) => {
  const held = m.reg('held', uint(8));
  m.assign(held, input('west'));
  return {
    made: m.op('add', uint(8), [input('x'), m.constant(uint(8), 1)]),
    passed: m.op('xor', uint(8), [input('west'), input('x')]),
    held,
  };
});

test.each(['made', 'passed'])('a grid wakes by what its cells take from neighbours: %s', (port) => {
  const followers = designOf(
    follower,
    draft('top', { x: vec(2, uint(8)), edge: vec(2, uint(8)) }, (m, input) => {
      const of = m.grid(follower, {
        name: 'cells',
        rows: 2,
        cols: 20,
        shape: 'full',
        inputs: { x: { from: 'row', node: input('x') }, west: { from: 'west', port, edge: input('edge') } },
      });
      return { out: of('held', 'east') };
    }),
  );
  const { each, same } = pair(followers);
  for (const x of [3, 9, 9, 0x10]) {
    each((s) => {
      s.poke('x[1]', x);
      s.step(60);
    });
    same();
    each((s) => {
      s.poke('x[0]', x + 1);
      s.step();
    });
    same();
  }
});
