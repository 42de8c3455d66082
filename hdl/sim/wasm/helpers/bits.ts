/** Moving bits between packed numbers and vectors' elements. Addresses, counts and positions are i32. */
import { Code, type Local } from '../../../webassembly/code.ts';
import type { HelperDefinition } from './arithmetic.ts';
import { advance, count } from '../../../webassembly/loops.ts';

/** ORs `value`, below 2^width, into the bits from `bit` on; width ≤ 64. */
const deposit: HelperDefinition = {
  signature: { parameters: ['i32', 'i32', 'i64', 'i32'], results: [] },
  write: () => {
    const code = new Code(4);
    const [dst, bit, value, width] = [0, 1, 2, 3];
    const [at, shift] = [code.local('i32'), code.local('i32')];
    code.get(bit);
    code.i32(63);
    code.op('i32.and');
    code.set(shift);
    code.get(dst);
    code.get(bit);
    code.i32(6);
    code.op('i32.shr_u');
    code.i32(3);
    code.op('i32.shl');
    code.op('i32.add');
    code.tee(at);
    code.get(at);
    code.memory('i64.load', 0);
    code.get(value);
    code.get(shift);
    code.op('i64.extend_i32_u');
    code.op('i64.shl');
    code.op('i64.or');
    code.memory('i64.store', 0);
    code.get(shift);
    code.get(width);
    code.op('i32.add');
    code.i32(64);
    code.op('i32.gt_u');
    code.if();
    code.get(at);
    code.get(at);
    code.memory('i64.load', 8);
    code.get(value);
    code.i32(64);
    code.get(shift);
    code.op('i32.sub');
    code.op('i64.extend_i32_u');
    code.op('i64.shr_u');
    code.op('i64.or');
    code.memory('i64.store', 8);
    code.end();
    return code;
  },
};

/** The `width` bits from `bit` on; 1 ≤ width ≤ 64. */
const extract: HelperDefinition = {
  signature: { parameters: ['i32', 'i32', 'i32'], results: ['i64'] },
  write: () => {
    const code = new Code(3);
    const [src, bit, width] = [0, 1, 2];
    const [at, shift] = [code.local('i32'), code.local('i32')];
    code.get(bit);
    code.i32(63);
    code.op('i32.and');
    code.set(shift);
    code.get(src);
    code.get(bit);
    code.i32(6);
    code.op('i32.shr_u');
    code.i32(3);
    code.op('i32.shl');
    code.op('i32.add');
    code.tee(at);
    code.memory('i64.load', 0);
    code.get(shift);
    code.op('i64.extend_i32_u');
    code.op('i64.shr_u');
    code.get(shift);
    code.get(width);
    code.op('i32.add');
    code.i32(64);
    code.op('i32.gt_u');
    code.if('i64');
    code.get(at);
    code.memory('i64.load', 8);
    code.i32(64);
    code.get(shift);
    code.op('i32.sub');
    code.op('i64.extend_i32_u');
    code.op('i64.shl');
    code.else();
    code.i64(0n);
    code.end();
    code.op('i64.or');
    code.i64(-1n);
    code.i32(64);
    code.get(width);
    code.op('i32.sub');
    code.op('i64.extend_i32_u');
    code.op('i64.shr_u');
    code.op('i64.and');
    return code;
  },
};

/** ORs the lowest `width` bits of the number at src, from its bit `from` on, into dst from `bit` on. */
const depositMany: HelperDefinition = {
  signature: { parameters: ['i32', 'i32', 'i32', 'i32', 'i32'], results: [] },
  write: (index) => {
    const code = new Code(5);
    const [dst, bit, src, from, width] = [0, 1, 2, 3, 4];
    const [i, piece] = [code.local('i32'), code.local('i32')];
    count(
      code,
      i,
      width,
      () => {
        code.get(width);
        code.get(i);
        code.op('i32.sub');
        code.set(piece);
        code.i32(64);
        code.get(piece);
        code.get(piece);
        code.i32(64);
        code.op('i32.gt_s');
        code.op('select');
        code.set(piece);
        code.get(dst);
        code.get(bit);
        code.get(i);
        code.op('i32.add');
        code.get(src);
        code.get(from);
        code.get(i);
        code.op('i32.add');
        code.get(piece);
        code.call(index('extract'));
        code.get(piece);
        code.call(index('deposit'));
      },
      64,
    );
    return code;
  },
};

/** dst, n words = the number of `width` bits at src, extended by its sign if `signed`. */
const resize: HelperDefinition = {
  signature: { parameters: ['i32', 'i32', 'i32', 'i32', 'i32'], results: [] },
  write: (index) => {
    const code = new Code(5);
    const [dst, words, src, width, signed] = [0, 1, 2, 3, 4];
    const [i, left] = [code.local('i32'), code.local('i32')];
    const [fill, word] = [code.local('i64'), code.local('i64')];
    code.get(signed);
    code.if();
    code.i64(0n);
    code.get(src);
    code.get(width);
    code.i32(1);
    code.op('i32.sub');
    code.i32(1);
    code.call(index('extract'));
    code.op('i64.sub');
    code.set(fill);
    code.end();
    count(code, i, words, () => {
      code.get(width);
      code.get(i);
      code.i32(6);
      code.op('i32.shl');
      code.op('i32.sub');
      code.set(left);
      code.get(fill);
      code.set(word);
      code.get(left);
      code.i32(0);
      code.op('i32.gt_s');
      code.if();
      code.get(src);
      code.get(i);
      code.i32(3);
      code.op('i32.shl');
      code.op('i32.add');
      code.memory('i64.load', 0);
      code.set(word);
      code.get(left);
      code.i32(64);
      code.op('i32.lt_s');
      code.if();
      code.get(word);
      code.get(fill);
      code.get(left);
      code.op('i64.extend_i32_u');
      code.op('i64.shl');
      code.op('i64.or');
      code.set(word);
      code.end();
      code.end();
      code.get(dst);
      code.get(i);
      code.i32(3);
      code.op('i32.shl');
      code.op('i32.add');
      code.get(word);
      code.memory('i64.store', 0);
    });
    return code;
  },
};

const one = 1;
const two = 2;
const four = 4;

/** Pushes the element of 1, 2, 4 or 8 bytes at an address, as an i64. */
function loadElement(code: Code, at: Local, size: Local): void {
  code.get(size);
  code.i32(one);
  code.op('i32.eq');
  code.if('i64');
  code.get(at);
  code.memory('i64.load8_u', 0);
  code.else();
  code.get(size);
  code.i32(two);
  code.op('i32.eq');
  code.if('i64');
  code.get(at);
  code.memory('i64.load16_u', 0);
  code.else();
  code.get(size);
  code.i32(four);
  code.op('i32.eq');
  code.if('i64');
  code.get(at);
  code.memory('i64.load32_u', 0);
  code.else();
  code.get(at);
  code.memory('i64.load', 0);
  code.end();
  code.end();
  code.end();
}

function storeElement(code: Code, at: Local, size: Local, value: Local): void {
  code.get(size);
  code.i32(one);
  code.op('i32.eq');
  code.if();
  code.get(at);
  code.get(value);
  code.memory('i64.store8', 0);
  code.else();
  code.get(size);
  code.i32(two);
  code.op('i32.eq');
  code.if();
  code.get(at);
  code.get(value);
  code.memory('i64.store16', 0);
  code.else();
  code.get(size);
  code.i32(four);
  code.op('i32.eq');
  code.if();
  code.get(at);
  code.get(value);
  code.memory('i64.store32', 0);
  code.else();
  code.get(at);
  code.get(value);
  code.memory('i64.store', 0);
  code.end();
  code.end();
  code.end();
}

/** ORs `n` elements of `size` bytes at src, `width` bits of each, side by side into dst from `bit` on. */
const pack: HelperDefinition = {
  signature: { parameters: ['i32', 'i32', 'i32', 'i32', 'i32', 'i32'], results: [] },
  write: (index) => {
    const code = new Code(6);
    const [dst, bit, src, n, size, width] = [0, 1, 2, 3, 4, 5];
    const i = code.local('i32');
    count(code, i, n, () => {
      code.get(dst);
      code.get(bit);
      loadElement(code, src, size);
      code.i64(-1n);
      code.i32(64);
      code.get(width);
      code.op('i32.sub');
      code.op('i64.extend_i32_u');
      code.op('i64.shr_u');
      code.op('i64.and');
      code.get(width);
      code.call(index('deposit'));
      advance(code, bit, width);
      advance(code, src, size);
    });
    return code;
  },
};

/**
 * dst = `n` elements of one byte and one bit side by side, in whole 64-bit words; reads past src to a multiple of 16.
 */
const packBits: HelperDefinition = {
  signature: { parameters: ['i32', 'i32', 'i32'], results: [] },
  write: () => {
    const code = new Code(3);
    const [dst, src, n] = [0, 1, 2];
    const [i, left] = [code.local('i32'), code.local('i32')];
    count(
      code,
      i,
      n,
      () => {
        code.get(dst);
        code.get(i);
        code.i32(3);
        code.op('i32.shr_u');
        code.op('i32.add');
        code.get(src);
        code.get(i);
        code.op('i32.add');
        code.vectorMemory('v128.load', 0);
        code.i32(7);
        code.vector('i8x16.shl');
        code.vector('i8x16.bitmask');
        code.get(n);
        code.get(i);
        code.op('i32.sub');
        code.set(left);
        code.i32(-1);
        code.i32(1);
        code.get(left);
        code.op('i32.shl');
        code.i32(1);
        code.op('i32.sub');
        code.get(left);
        code.i32(16);
        code.op('i32.ge_u');
        code.op('select');
        code.op('i32.and');
        code.memory('i32.store16', 0);
      },
      16,
    );
    return code;
  },
};

/** The reverse of `pack`: elements at dst from the bits of src from `bit` on, extended by their sign if `signed`. */
const unpack: HelperDefinition = {
  signature: { parameters: ['i32', 'i32', 'i32', 'i32', 'i32', 'i32', 'i32'], results: [] },
  write: (index) => {
    const code = new Code(7);
    const [dst, src, bit, n, size, width, signed] = [0, 1, 2, 3, 4, 5, 6];
    const i = code.local('i32');
    const [value, spare] = [code.local('i64'), code.local('i64')];
    code.i32(64);
    code.get(width);
    code.op('i32.sub');
    code.op('i64.extend_i32_u');
    code.set(spare);
    count(code, i, n, () => {
      code.get(src);
      code.get(bit);
      code.get(width);
      code.call(index('extract'));
      code.set(value);
      code.get(signed);
      code.if();
      code.get(value);
      code.get(spare);
      code.op('i64.shl');
      code.get(spare);
      code.op('i64.shr_s');
      code.set(value);
      code.end();
      storeElement(code, dst, size, value);
      advance(code, bit, width);
      advance(code, dst, size);
    });
    return code;
  },
};

/** dst = src, `n` elements of `size` bytes with their bits in `mask` turned over. */
const complement: HelperDefinition = {
  signature: { parameters: ['i32', 'i32', 'i32', 'i32', 'i64'], results: [] },
  write: () => {
    const code = new Code(5);
    const [dst, src, n, size, mask] = [0, 1, 2, 3, 4];
    const i = code.local('i32');
    const value = code.local('i64');
    count(code, i, n, () => {
      loadElement(code, src, size);
      code.get(mask);
      code.op('i64.xor');
      code.set(value);
      storeElement(code, dst, size, value);
      advance(code, dst, size);
      advance(code, src, size);
    });
    return code;
  },
};

/** Copies those of `n` lanes of `bytes` bytes whose bit of the mask is 1. */
const copyLanes: HelperDefinition = {
  signature: { parameters: ['i32', 'i32', 'i32', 'i32', 'i32'], results: [] },
  write: () => {
    const code = new Code(5);
    const [dst, src, mask, n, bytes] = [0, 1, 2, 3, 4];
    const i = code.local('i32');
    count(code, i, n, () => {
      code.get(mask);
      code.get(i);
      code.i32(3);
      code.op('i32.shr_u');
      code.op('i32.add');
      code.memory('i32.load8_u', 0);
      code.get(i);
      code.i32(7);
      code.op('i32.and');
      code.op('i32.shr_u');
      code.i32(1);
      code.op('i32.and');
      code.if();
      code.get(bytes);
      code.i32(four);
      code.op('i32.eq');
      code.if();
      code.get(dst);
      code.get(src);
      code.memory('i32.load', 0);
      code.memory('i32.store', 0);
      code.else();
      code.get(bytes);
      code.i32(one);
      code.op('i32.eq');
      code.if();
      code.get(dst);
      code.get(src);
      code.memory('i32.load8_u', 0);
      code.memory('i32.store8', 0);
      code.else();
      code.get(dst);
      code.get(src);
      code.get(bytes);
      code.memoryCopy();
      code.end();
      code.end();
      code.end();
      advance(code, dst, bytes);
      advance(code, src, bytes);
    });
    return code;
  },
};

/**
 * Sets those of `n` lanes of `width` bits of the number at dst to those of the number at src, whose bit of the mask is
 * 1.
 */
const copyBits: HelperDefinition = {
  signature: { parameters: ['i32', 'i32', 'i32', 'i32', 'i32'], results: [] },
  write: (index) => {
    const code = new Code(5);
    const [dst, src, mask, n, width] = [0, 1, 2, 3, 4];
    const [i, at, end, piece] = [code.local('i32'), code.local('i32'), code.local('i32'), code.local('i32')];
    count(code, i, n, () => {
      code.get(mask);
      code.get(i);
      code.i32(3);
      code.op('i32.shr_u');
      code.op('i32.add');
      code.memory('i32.load8_u', 0);
      code.get(i);
      code.i32(7);
      code.op('i32.and');
      code.op('i32.shr_u');
      code.i32(1);
      code.op('i32.and');
      code.if();
      code.get(i);
      code.get(width);
      code.op('i32.mul');
      code.tee(at);
      code.get(width);
      code.op('i32.add');
      code.set(end);
      code.loop();
      code.get(end);
      code.get(at);
      code.op('i32.sub');
      code.set(piece);
      code.i32(64);
      code.get(piece);
      code.get(piece);
      code.i32(64);
      code.op('i32.gt_s');
      code.op('select');
      code.set(piece);
      code.get(dst);
      code.get(at);
      code.get(piece);
      code.get(src);
      code.get(at);
      code.get(piece);
      code.call(index('extract'));
      code.call(index('replace'));
      advance(code, at, piece);
      code.get(at);
      code.get(end);
      code.op('i32.lt_s');
      code.brIf(0);
      code.end();
      code.end();
    });
    return code;
  },
};

/** Sets the `width` bits from `bit` on to `value`; width ≤ 64. */
const replace: HelperDefinition = {
  signature: { parameters: ['i32', 'i32', 'i32', 'i64'], results: [] },
  write: (index) => {
    const code = new Code(4);
    const [dst, bit, width, value] = [0, 1, 2, 3];
    const [at, shift] = [code.local('i32'), code.local('i32')];
    const ones = code.local('i64');
    code.i64(-1n);
    code.i32(64);
    code.get(width);
    code.op('i32.sub');
    code.op('i64.extend_i32_u');
    code.op('i64.shr_u');
    code.set(ones);
    code.get(bit);
    code.i32(63);
    code.op('i32.and');
    code.set(shift);
    code.get(dst);
    code.get(bit);
    code.i32(6);
    code.op('i32.shr_u');
    code.i32(3);
    code.op('i32.shl');
    code.op('i32.add');
    code.tee(at);
    code.get(at);
    code.memory('i64.load', 0);
    code.get(ones);
    code.get(shift);
    code.op('i64.extend_i32_u');
    code.op('i64.shl');
    code.i64(-1n);
    code.op('i64.xor');
    code.op('i64.and');
    code.memory('i64.store', 0);
    code.get(shift);
    code.get(width);
    code.op('i32.add');
    code.i32(64);
    code.op('i32.gt_u');
    code.if();
    code.get(at);
    code.get(at);
    code.memory('i64.load', 8);
    code.get(ones);
    code.i32(64);
    code.get(shift);
    code.op('i32.sub');
    code.op('i64.extend_i32_u');
    code.op('i64.shr_u');
    code.i64(-1n);
    code.op('i64.xor');
    code.op('i64.and');
    code.memory('i64.store', 8);
    code.end();
    code.get(dst);
    code.get(bit);
    code.get(value);
    code.get(width);
    code.call(index('deposit'));
    return code;
  },
};

/** Copies `n` elements of `size` bytes from src, `step` bytes apart there, side by side to dst. */
const gather: HelperDefinition = {
  signature: { parameters: ['i32', 'i32', 'i32', 'i32', 'i32'], results: [] },
  write: () => {
    const code = new Code(5);
    const [dst, src, n, size, step] = [0, 1, 2, 3, 4];
    const i = code.local('i32');
    count(code, i, n, () => {
      code.get(dst);
      code.get(src);
      code.get(size);
      code.memoryCopy();
      advance(code, dst, size);
      advance(code, src, step);
    });
    return code;
  },
};

/** Whether `n` bytes are the same at both places. */
const sameBytes: HelperDefinition = {
  signature: { parameters: ['i32', 'i32', 'i32'], results: ['i32'] },
  write: () => {
    const code = new Code(3);
    const [a, b, n] = [0, 1, 2];
    const [i, words] = [code.local('i32'), code.local('i32')];
    const at = (base: number): void => {
      code.get(base);
      code.get(i);
      code.op('i32.add');
    };
    code.get(n);
    code.i32(-8);
    code.op('i32.and');
    code.set(words);
    count(
      code,
      i,
      words,
      () => {
        at(a);
        code.memory('i64.load', 0);
        at(b);
        code.memory('i64.load', 0);
        code.op('i64.ne');
        code.if();
        code.i32(0);
        code.op('return');
        code.end();
      },
      8,
    );
    code.block();
    code.loop();
    code.get(i);
    code.get(n);
    code.op('i32.ge_s');
    code.brIf(1);
    at(a);
    code.memory('i32.load8_u', 0);
    at(b);
    code.memory('i32.load8_u', 0);
    code.op('i32.ne');
    code.if();
    code.i32(0);
    code.op('return');
    code.end();
    code.get(i);
    code.i32(1);
    code.op('i32.add');
    code.set(i);
    code.br(0);
    code.end();
    code.end();
    code.i32(1);
    return code;
  },
};

export const bits = {
  deposit,
  extract,
  depositMany,
  resize,
  pack,
  packBits,
  unpack,
  complement,
  copyLanes,
  replace,
  copyBits,
  gather,
  sameBytes,
} as const;
