import { bit, module, sram, uint } from '../index.ts';

/**
 * 16 words of 4 bytes. A write changes the bytes whose bit of `mask` is 1; a read gives the word one cycle after its
 * address, as it was before a write of the same cycle.
 */
export const ByteMemory = module(
  'byte_memory',
  {
    in: { address: uint(4), data: uint(32), mask: uint(4), write: bit, read: bit },
    out: { word: uint(32) },
  },
  ({ address, data, mask, write, read }) => {
    const bytes = sram('bytes', { depth: 16, word: uint(32), lanes: 4, readDuringWrite: 'old' });
    bytes.write({ address, data, mask, enable: write });
    return { word: bytes.read('word', { address, enable: read }) };
  },
);
