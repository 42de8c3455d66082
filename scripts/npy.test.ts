import { describe, expect, it } from 'vitest';
import { npyBytes, readNpy } from './npy.ts';
import { npyFile } from './testing-command-line.ts';

const bytes = (...values: readonly number[]): Uint8Array => Uint8Array.from(values.map((value) => value & 0xff));
/** A zip archive of empty files, without compression. */
function zip(...names: readonly string[]): Uint8Array {
  const header = (signature: number, fixed: number, nameAt: number, name: string): Buffer => {
    const bytes = Buffer.alloc(fixed);
    bytes.writeUInt32LE(signature);
    bytes.writeUInt16LE(Buffer.byteLength(name), nameAt);
    return Buffer.concat([bytes, Buffer.from(name)]);
  };
  const files = Buffer.concat(names.map((name) => header(0x04034b50, 30, 26, name)));
  const list = Buffer.concat(names.map((name) => header(0x02014b50, 46, 28, name)));
  const end = Buffer.alloc(22);
  end.writeUInt32LE(0x06054b50);
  end.writeUInt16LE(names.length, 10);
  end.writeUInt32LE(list.length, 12);
  end.writeUInt32LE(files.length, 16);
  return Buffer.concat([files, list, end]);
}
const six = bytes(-128, -1, 0, 1, 2, 127);

describe('readNpy', () => {
  it('reads int8 row by row', () => {
    expect(readNpy(npyFile("'|i1'", '(2, 3)', six), 'A.npy')).toEqual({
      rows: 2,
      cols: 3,
      data: Int8Array.of(-128, -1, 0, 1, 2, 127),
    });
  });
  it('reads uint8', () => {
    expect(readNpy(npyFile("'|u1'", '(3, 2)', six), 'A.npy')).toEqual({
      rows: 3,
      cols: 2,
      data: Uint8Array.of(128, 255, 0, 1, 2, 127),
    });
  });
  it('turns Fortran order into rows', () => {
    expect(readNpy(npyFile("'|i1'", '(2, 3)', six, { fortran: true }), 'A.npy').data).toEqual(
      Int8Array.of(-128, 0, 2, -1, 1, 127),
    );
  });
  it.each([2, 3])('reads version %i, whose header may be longer', (version) => {
    expect(readNpy(npyFile("'|i1'", '(1, 6)', six, { version }), 'A.npy')).toMatchObject({ rows: 1, cols: 6 });
  });
  it('reads any spelling of the header', () => {
    const file = npyFile("'|i1'", '(2, 3)', six);
    const text = Buffer.from(file)
      .toString('latin1')
      .replace(
        /\{.*\}( *)\n/,
        (whole) => '{"shape":(2,3),"fortran_order":False,"descr":"<i1"}'.padEnd(whole.length - 1) + '\n',
      );
    expect(readNpy(Buffer.from(text, 'latin1'), 'A.npy')).toMatchObject({ rows: 2, cols: 3 });
  });

  const cut = npyFile("'|i1'", '(2, 3)', six);
  it.each<[Uint8Array, string]>([
    [
      npyFile("'<f4'", '(1, 1)', bytes(0, 0, 0, 0)),
      'A.npy holds float32 elements; the NPU multiplies int8 or uint8: quantise it, as numpy.clip(numpy.round(x / scale) + zero, -128, 127).astype("int8")',
    ],
    [
      npyFile("'<i2'", '(1, 2)', bytes(0, 1, 5, 0)),
      'A.npy holds int16 elements from 5 to 256; the NPU multiplies int8 or uint8: quantise it, as numpy.clip(numpy.round(x / scale) + zero, -128, 127).astype("int8")',
    ],
    [
      npyFile("'>i2'", '(1, 2)', bytes(-1, -128, 0, 5)),
      'A.npy holds int16 elements from -128 to 5; the NPU multiplies int8 or uint8: save it with .astype("int8")',
    ],
    [
      npyFile("'<u4'", '(1, 1)', bytes(255, 0, 0, 0)),
      'A.npy holds uint32 elements from 255 to 255; the NPU multiplies int8 or uint8: save it with .astype("uint8")',
    ],
    [
      npyFile("'<i8'", '(1, 1)', bytes(-1, -1, -1, -1, -1, -1, -1, 127)),
      'A.npy holds int64 elements from 9223372036854775807 to 9223372036854775807; the NPU multiplies int8 or uint8: quantise it, as numpy.clip(numpy.round(x / scale) + zero, -128, 127).astype("int8")',
    ],
    [
      npyFile("'<i8'", '(1, 1)', new Uint8Array(7)),
      'A.npy holds int64 elements; the NPU multiplies int8 or uint8: save it as int8 or uint8',
    ],
    [
      npyFile("'<i8'", '(1, 1)', new Uint8Array(8)),
      'A.npy holds int64 elements from 0 to 0; the NPU multiplies int8 or uint8: save it with .astype("int8")',
    ],
    [
      npyFile("'|b1'", '(1, 1)', bytes(0)),
      'A.npy holds bool elements; the NPU multiplies int8 or uint8: save it with .astype("int8")',
    ],
    [
      npyFile("'|O'", '(1, 1)', bytes(0)),
      'A.npy holds object elements; the NPU multiplies int8 or uint8: save it as int8 or uint8',
    ],
    [
      npyFile("[('x', '|i1')]", '(1, 1)', bytes(0)),
      'A.npy holds records; the NPU multiplies int8 or uint8: save one field of them, as int8 or uint8',
    ],
    [
      npyFile("'|i1'", '(6,)', six),
      'A.npy has 1 dimension; give a matrix, which has 2: save it with .reshape(rows, columns)',
    ],
    [
      npyFile("'|i1'", '()', bytes(0)),
      'A.npy has 0 dimensions; give a matrix, which has 2: save it with .reshape(rows, columns)',
    ],
    [
      npyFile("'|i1'", '(1, 2, 3)', six),
      'A.npy has 3 dimensions; give a matrix, which has 2: save it with .reshape(rows, columns)',
    ],
    [npyFile("'|i1'", '(0, 3)', bytes()), 'A.npy is an empty matrix of 0 × 3; give at least one row and one column'],
    [
      npyFile("'|i1'", '(2, 4)', six),
      'A.npy has 6 bytes of data where its 2 × 4 elements take 8; it is cut short: write it again with numpy.save',
    ],
    [
      npyFile("'|i1'", '(2, 2)', six),
      'A.npy has 6 bytes of data where its 2 × 2 elements take 4; it is damaged: write it again with numpy.save',
    ],
    [npyFile("'|i1'", '(2, x)', six), 'the header of A.npy is damaged; write it again with numpy.save'],
    [npyFile('|i1', '(2, 3)', six), 'the header of A.npy is damaged; write it again with numpy.save'],
    [
      npyFile("'|i1'", '(2, 3)', six, { version: 9 }),
      'A.npy is of version 9 of the .npy format; versions 1 to 3 can be read: write it again with numpy.save',
    ],
    [cut.subarray(0, 40), 'A.npy is cut short: its header does not end in it; write it again with numpy.save'],
    [cut.subarray(0, 9), 'A.npy is cut short: its header does not end in it; write it again with numpy.save'],
    [bytes(), 'A.npy is not a NumPy .npy file; only .npy files of int8 or uint8 can be read: write it with numpy.save'],
    [
      Buffer.from('# a, b\n'),
      'A.npy is not a NumPy .npy file; only .npy files of int8 or uint8 can be read: write it with numpy.save',
    ],
    [
      Buffer.from('1, 2\n-3.5e0;4\n'),
      'A.npy is a text of numbers, not a NumPy .npy file; only .npy files of int8 or uint8 can be read: write it with numpy.save, after numpy.loadtxt',
    ],
    [bytes(0x1f, 0x8b, 8, 0), 'A.npy is compressed with gzip; decompress it first: gunzip A.npy'],
    [
      zip('weights.npy', 'bias.npy'),
      'A.npy is a NumPy .npz archive of 2 arrays (weights, bias); save the one that is meant as a .npy file: numpy.save("weights.npy", numpy.load("A.npy")["weights"])',
    ],
    [
      zip('a.txt'),
      'A.npy is a zip archive without NumPy arrays; only .npy files of int8 or uint8 can be read: write it with numpy.save',
    ],
    [
      zip('a.npy').subarray(0, 60),
      'A.npy is a zip archive without NumPy arrays; only .npy files of int8 or uint8 can be read: write it with numpy.save',
    ],
  ])('refuses what is no matrix of bytes (%#)', (file, message) => {
    expect(() => readNpy(file, 'A.npy')).toThrow(expect.objectContaining({ name: 'UsageError', message }));
  });
  it('refuses every file that is cut short', () => {
    for (let length = 0; length < cut.length; length++)
      expect(() => readNpy(cut.subarray(0, length), 'A.npy')).toThrow(/cut short|not a NumPy/);
  });
});

it('npyBytes writes what NumPy 1.24 writes', () => {
  const header = "{'descr': '<i4', 'fortran_order': False, 'shape': (1, 2), }";
  expect(Buffer.from(npyBytes(Int32Array.of(1, -2), 1, 2)).toString('latin1')).toBe(
    `\x93NUMPY\x01\x00\x76\x00${header.padEnd(0x75)}\n\x01\x00\x00\x00\xfe\xff\xff\xff`,
  );
});
