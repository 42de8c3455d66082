/** Arithmetic on numbers of several 64-bit words, least significant first. Addresses and counts are i32. */
import { Code, type Local } from '../../../webassembly/code.ts';
import type { Signature } from '../../../webassembly/module.ts';
import { count, wordAt } from '../../../webassembly/loops.ts';

/** A function of the generated module: its signature, and what writes its body given the indices of other helpers. */
export interface HelperDefinition {
  readonly signature: Signature;
  readonly write: (index: (name: string) => number) => Code;
}

const ternary: Signature = { parameters: ['i32', 'i32', 'i32', 'i32'], results: [] };
const [dst, a, b, n] = [0, 1, 2, 3];

/** dst = a ± b, n words. */
function addOrSubtract(subtract: boolean): HelperDefinition {
  return {
    signature: ternary,
    write: () => {
      const code = new Code(4);
      const [i, carry, x, y, sum] = [
        code.local('i32'),
        code.local('i64'),
        code.local('i64'),
        code.local('i64'),
        code.local('i64'),
      ];
      count(code, i, n, () => {
        wordAt(code, a, i);
        code.memory('i64.load', 0);
        code.set(x);
        wordAt(code, b, i);
        code.memory('i64.load', 0);
        code.set(y);
        wordAt(code, dst, i);
        code.get(x);
        code.get(y);
        code.op(subtract ? 'i64.sub' : 'i64.add');
        code.tee(sum);
        code.get(carry);
        code.op(subtract ? 'i64.sub' : 'i64.add');
        code.memory('i64.store', 0);
        // At most one of the two steps carries.
        if (subtract) {
          code.get(x);
          code.get(y);
          code.op('i64.lt_u');
          code.get(sum);
          code.get(carry);
          code.op('i64.lt_u');
        } else {
          code.get(sum);
          code.get(x);
          code.op('i64.lt_u');
          code.get(sum);
          code.get(carry);
          code.op('i64.add');
          code.get(sum);
          code.op('i64.lt_u');
        }
        code.op('i32.or');
        code.op('i64.extend_i32_u');
        code.set(carry);
      });
      return code;
    },
  };
}

/** dst = a op b, n words. */
function bitwise(op: 'i64.and' | 'i64.or' | 'i64.xor'): HelperDefinition {
  return {
    signature: ternary,
    write: () => {
      const code = new Code(4);
      const i = code.local('i32');
      count(code, i, n, () => {
        wordAt(code, dst, i);
        wordAt(code, a, i);
        code.memory('i64.load', 0);
        wordAt(code, b, i);
        code.memory('i64.load', 0);
        code.op(op);
        code.memory('i64.store', 0);
      });
      return code;
    },
  };
}

/** dst = a × b mod 2^64n, by 32-bit digits; dst overlaps neither. */
const multiply: HelperDefinition = {
  signature: ternary,
  write: () => {
    const code = new Code(4);
    const [i, j, digits, at] = [code.local('i32'), code.local('i32'), code.local('i32'), code.local('i32')];
    const [x, sum] = [code.local('i64'), code.local('i64')];
    code.get(dst);
    code.i32(0);
    code.get(n);
    code.i32(3);
    code.op('i32.shl');
    code.memoryFill();
    code.get(n);
    code.i32(1);
    code.op('i32.shl');
    code.set(digits);
    const left = code.local('i32');
    const digitAt = (base: number, index: number): void => {
      code.get(base);
      code.get(index);
      code.i32(2);
      code.op('i32.shl');
      code.op('i32.add');
    };
    count(code, i, digits, () => {
      digitAt(a, i);
      code.memory('i64.load32_u', 0);
      code.tee(x);
      code.op('i64.eqz');
      code.op('i32.eqz');
      code.if();
      code.i64(0n);
      code.set(sum);
      code.get(digits);
      code.get(i);
      code.op('i32.sub');
      code.set(left);
      count(code, j, left, () => {
        code.get(dst);
        code.get(i);
        code.get(j);
        code.op('i32.add');
        code.i32(2);
        code.op('i32.shl');
        code.op('i32.add');
        code.tee(at);
        code.get(x);
        digitAt(b, j);
        code.memory('i64.load32_u', 0);
        code.op('i64.mul');
        code.get(at);
        code.memory('i64.load32_u', 0);
        code.op('i64.add');
        code.get(sum);
        code.op('i64.add');
        code.tee(sum);
        code.memory('i64.store32', 0);
        code.get(sum);
        code.i64(32n);
        code.op('i64.shr_u');
        code.set(sum);
      });
      code.end();
    });
    return code;
  },
};

/** Pushes the word at index `i` of `base`, `by` words further. */
function wordBeyond(code: Code, base: Local, i: Local, by: number): void {
  wordAt(code, base, i);
  code.memory('i64.load', 8 * by);
}

/**
 * dst = a << amount, n words, amount < 64n; dst is not a. From the lowest word up: zeros, one word with zeros below it,
 * the rest.
 */
const shiftLeft: HelperDefinition = {
  signature: ternary,
  write: () => {
    const code = new Code(4);
    const [from, words, amount] = [1, 2, 3];
    const [i, skip, left, to] = [code.local('i32'), code.local('i32'), code.local('i32'), code.local('i32')];
    const [bits, rest] = [code.local('i64'), code.local('i64')];
    code.get(amount);
    code.i32(6);
    code.op('i32.shr_u');
    code.set(skip);
    code.get(amount);
    code.i32(63);
    code.op('i32.and');
    code.op('i64.extend_i32_u');
    code.set(bits);
    code.i64(63n);
    code.get(bits);
    code.op('i64.sub');
    code.set(rest);
    count(code, i, skip, () => {
      wordAt(code, dst, i);
      code.i64(0n);
      code.memory('i64.store', 0);
    });
    wordAt(code, dst, skip);
    code.tee(to);
    code.get(from);
    code.memory('i64.load', 0);
    code.get(bits);
    code.op('i64.shl');
    code.memory('i64.store', 0);
    code.get(words);
    code.get(skip);
    code.op('i32.sub');
    code.i32(1);
    code.op('i32.sub');
    code.set(left);
    count(code, i, left, () => {
      wordAt(code, to, i);
      wordBeyond(code, from, i, 1);
      code.get(bits);
      code.op('i64.shl');
      // In two shifts, since a shift by 64 is one by 0.
      wordBeyond(code, from, i, 0);
      code.i64(1n);
      code.op('i64.shr_u');
      code.get(rest);
      code.op('i64.shr_u');
      code.op('i64.or');
      code.memory('i64.store', 8);
    });
    return code;
  },
};

/**
 * dst = a >> amount, n words, `fill` (0 or -1) coming in above; amount < 64n; dst is not a. The reverse of {@link
 * shiftLeft}.
 */
const shiftRight: HelperDefinition = {
  signature: { parameters: ['i32', 'i32', 'i32', 'i32', 'i64'], results: [] },
  write: () => {
    const code = new Code(5);
    const [from, words, amount, fill] = [1, 2, 3, 4];
    const [i, skip, left, source, to] = [
      code.local('i32'),
      code.local('i32'),
      code.local('i32'),
      code.local('i32'),
      code.local('i32'),
    ];
    const [bits, rest] = [code.local('i64'), code.local('i64')];
    code.get(amount);
    code.i32(6);
    code.op('i32.shr_u');
    code.set(skip);
    code.get(amount);
    code.i32(63);
    code.op('i32.and');
    code.op('i64.extend_i32_u');
    code.set(bits);
    code.i64(63n);
    code.get(bits);
    code.op('i64.sub');
    code.set(rest);
    wordAt(code, from, skip);
    code.set(source);
    code.get(words);
    code.get(skip);
    code.op('i32.sub');
    code.i32(1);
    code.op('i32.sub');
    code.set(left);
    count(code, i, left, () => {
      wordAt(code, dst, i);
      wordBeyond(code, source, i, 0);
      code.get(bits);
      code.op('i64.shr_u');
      wordBeyond(code, source, i, 1);
      code.i64(1n);
      code.op('i64.shl');
      code.get(rest);
      code.op('i64.shl');
      code.op('i64.or');
      code.memory('i64.store', 0);
    });
    wordAt(code, dst, left);
    code.tee(to);
    wordBeyond(code, source, left, 0);
    code.get(bits);
    code.op('i64.shr_u');
    code.get(fill);
    code.i64(1n);
    code.op('i64.shl');
    code.get(rest);
    code.op('i64.shl');
    code.op('i64.or');
    code.memory('i64.store', 0);
    count(code, i, skip, () => {
      wordAt(code, to, i);
      code.get(fill);
      code.memory('i64.store', 8);
    });
    return code;
  },
};

/** -1, 0 or 1 as a < b, a = b, a > b, both unsigned of n words. */
const compare: HelperDefinition = {
  signature: { parameters: ['i32', 'i32', 'i32'], results: ['i32'] },
  write: () => {
    const code = new Code(3);
    const [left, right, words] = [0, 1, 2];
    const [x, y] = [code.local('i64'), code.local('i64')];
    code.block();
    code.loop();
    code.get(words);
    code.op('i32.eqz');
    code.brIf(1);
    code.get(words);
    code.i32(1);
    code.op('i32.sub');
    code.set(words);
    wordAt(code, left, words);
    code.memory('i64.load', 0);
    code.tee(x);
    wordAt(code, right, words);
    code.memory('i64.load', 0);
    code.tee(y);
    code.op('i64.eq');
    code.brIf(0);
    code.i32(-1);
    code.i32(1);
    code.get(x);
    code.get(y);
    code.op('i64.lt_u');
    code.op('select');
    code.op('return');
    code.end();
    code.end();
    code.i32(0);
    return code;
  },
};

/** Whether any of n words is not 0. */
const any: HelperDefinition = {
  signature: { parameters: ['i32', 'i32'], results: ['i32'] },
  write: () => {
    const code = new Code(2);
    const i = code.local('i32');
    count(code, i, 1, () => {
      wordAt(code, 0, i);
      code.memory('i64.load', 0);
      code.op('i64.eqz');
      code.op('i32.eqz');
      code.if();
      code.i32(1);
      code.op('return');
      code.end();
    });
    code.i32(0);
    return code;
  },
};

/** The exclusive or of all bits of n words. */
const parity: HelperDefinition = {
  signature: { parameters: ['i32', 'i32'], results: ['i32'] },
  write: () => {
    const code = new Code(2);
    const i = code.local('i32');
    const all = code.local('i64');
    count(code, i, 1, () => {
      wordAt(code, 0, i);
      code.memory('i64.load', 0);
      code.get(all);
      code.op('i64.xor');
      code.set(all);
    });
    code.get(all);
    code.op('i64.popcnt');
    code.op('i32.wrap_i64');
    code.i32(1);
    code.op('i32.and');
    return code;
  },
};

export const arithmetic = {
  add: addOrSubtract(false),
  subtract: addOrSubtract(true),
  multiply,
  and: bitwise('i64.and'),
  or: bitwise('i64.or'),
  xor: bitwise('i64.xor'),
  shiftLeft,
  shiftRight,
  compare,
  any,
  parity,
} as const;
