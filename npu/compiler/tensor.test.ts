import fc from 'fast-check';
import { expect, it } from 'vitest';
import { bytesInDram, elementAddress, elementBytes, elementsOf, tensorBytes, type PlacedTensor } from './tensor.ts';

const side = fc.integer({ min: 1, max: 9 });
const tensors = fc
  .record({
    shape: fc.tuple(side, side),
    type: fc.constantFrom('int8' as const, 'uint8' as const, 'int32' as const),
    order: fc.constantFrom('rows' as const, 'columns' as const),
    gap: fc.integer({ min: 0, max: 5 }),
    address: fc.constantFrom(0, 64),
  })
  .map(({ shape, type, order, gap, address }): PlacedTensor => {
    const pitch = gap + (order === 'rows' ? shape[1] : shape[0]);
    const tensor = { name: 't', shape, type, role: 'input' as const, order, ...(gap === 0 ? {} : { pitch }) };
    return { ...tensor, address, bytes: tensorBytes(tensor) };
  });
const arrays = { int8: Int8Array, uint8: Uint8Array, int32: Int32Array } as const;

it('elements of a tensor come back from its bytes, and each lies at its address, with gaps between rows or without', () => {
  fc.assert(
    fc.property(tensors, (tensor) => {
      const { shape, type, address } = tensor;
      const [rows, columns] = shape;
      const data = new arrays[type](rows * columns).map((_, at) => at + 1);
      const bytes = bytesInDram(tensor, data);
      expect(bytes.length).toBe(tensor.bytes);
      expect(elementsOf(tensor, bytes)).toEqual(data);
      for (let row = 0; row < rows; row++)
        for (let column = 0; column < columns; column++) {
          const at = elementAddress(tensor, row, column) - address;
          expect(at % elementBytes[type]).toBe(0);
          expect(bytes[at]).toBe(row * columns + column + 1);
        }
      expect(bytes.filter((byte) => byte !== 0)).toHaveLength(rows * columns);
    }),
  );
});
