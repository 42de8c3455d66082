import { show } from '../messages/show.ts';
import { SimulationError } from './errors.ts';
import type { MemoryView } from './simulator.ts';
import { patternOf } from './values.ts';

/** Access to one memory, its words taken as addresses in range and patterns that fit. */
export interface Words {
  readonly get: (address: number) => bigint;
  readonly set: (address: number, word: bigint) => void;
  /** Many words at a time, where their bytes lie side by side; lengths in bytes. */
  readonly bytes?: {
    readonly get: (address: number, length: number) => Uint8Array;
    readonly set: (address: number, bytes: Uint8Array) => void;
  };
}

/** A checked {@link MemoryView} over plain words. */
export function memoryView(path: string, depth: number, width: number, words: Words): MemoryView {
  const check = (address: number): void => {
    if (!Number.isInteger(address) || address < 0 || address >= depth)
      throw new SimulationError(`${path} has no word ${show(address)}: it holds ${depth}`);
  };
  const bytesPerWord = (): number => {
    if (width % 8 !== 0) throw new SimulationError(`${path} has words of ${width} bits, not of whole bytes`);
    return width / 8;
  };
  const type = { kind: 'uint', width } as const;
  return {
    path,
    depth,
    width,
    read: (address) => {
      check(address);
      return words.get(address);
    },
    write: (address, word) => {
      check(address);
      words.set(address, patternOf(type, word, `${path}[${address}]`));
    },
    load: (bytes, address = 0) => {
      const size = bytesPerWord();
      if (bytes.length % size !== 0)
        throw new SimulationError(`${path} takes words of ${size} bytes; ${bytes.length} bytes are not whole words`);
      if (bytes.length === 0) return;
      check(address);
      check(address + bytes.length / size - 1);
      if (words.bytes !== undefined) words.bytes.set(address, bytes);
      else
        for (let at = 0; at < bytes.length; at += size)
          words.set(address + at / size, wordOf(bytes.subarray(at, at + size)));
    },
    dump: (length, address = 0) => {
      const size = bytesPerWord();
      const bytes = new Uint8Array(length);
      if (length === 0) return bytes;
      check(address);
      check(address + Math.ceil(length / size) - 1);
      if (words.bytes !== undefined) return words.bytes.get(address, length);
      for (let at = 0; at < length; at += size) {
        let word = words.get(address + at / size);
        for (let i = at; i < Math.min(at + size, length); i++, word >>= 8n) bytes[i] = Number(word & 255n);
      }
      return bytes;
    },
  };
}

function wordOf(bytes: Uint8Array): bigint {
  let hex = '0x';
  for (let i = bytes.length - 1; i >= 0; i--) hex += (bytes[i] ?? 0).toString(16).padStart(2, '0');
  return BigInt(hex);
}
