import fc from 'fast-check';
import { expect, test } from 'vitest';
import { evenParts, seenBy } from './windows.ts';

const size = fc.integer({ min: 1, max: 9 });
const windows = fc
  .record({ height: size, width: size, down: size, across: size, sy: size, sx: size, top: fc.nat(4), left: fc.nat(4) })
  .map(({ height, width, down, across, sy, sx, top, left }) => {
    const padding = { top: Math.min(top, down - 1), left: Math.min(left, across - 1), bottom: 0, right: 0 };
    const window = { kernel: [down, across], stride: [sy, sx], padding } as const;
    const picture = { height, width, channels: 1 };
    // As many as have a place in the picture.
    const results = { height: Math.ceil((height + padding.top) / sy), width: Math.ceil((width + padding.left) / sx) };
    return { window, picture, to: { ...results, channels: 1 } };
  });

/** Places of the picture under the window of a result. */
function under(
  {
    kernel,
    stride,
    padding,
  }: { kernel: readonly [number, number]; stride: readonly [number, number]; padding: { top: number; left: number } },
  height: number,
  width: number,
  y: number,
  x: number,
): string[] {
  const places: string[] = [];
  for (let down = 0; down < kernel[0]; down++) {
    for (let across = 0; across < kernel[1]; across++) {
      const [row, column] = [y * stride[0] + down - padding.top, x * stride[1] + across - padding.left];
      if (row >= 0 && row < height && column >= 0 && column < width) places.push(`${row} ${column} ${down} ${across}`);
    }
  }
  return places;
}

test('a part of the result sees through its own windows what it saw in the whole', () => {
  fc.assert(
    fc.property(windows, fc.nat(), fc.nat(), ({ window, picture, to }, one, other) => {
      const [y, x] = [one % to.height, other % to.width];
      const seen = seenBy(window, picture, { y, x, rows: 1, columns: 1 });
      const own = { ...window, padding: { ...seen, bottom: 0, right: 0 } };
      const places = under(own, seen.height, seen.width, 0, 0).map((place) => {
        const [row = 0, column = 0, down = 0, across = 0] = place.split(' ').map(Number);
        return `${row + seen.y} ${column + seen.x} ${down} ${across}`;
      });
      expect(places).toEqual(under(window, picture.height, picture.width, y, x));
    }),
  );
});

test('parts whose windows see as many places cover the result once', () => {
  fc.assert(
    fc.property(windows, ({ window, picture, to }) => {
      const seen = new Map<string, number>();
      for (const { band, count } of evenParts(window, picture, to)) {
        for (let y = band.y; y < band.y + band.rows; y++) {
          for (let x = band.x; x < band.x + band.columns; x++) {
            expect(seen.has(`${y} ${x}`)).toBe(false);
            seen.set(`${y} ${x}`, count);
            expect(under(window, picture.height, picture.width, y, x).length).toBe(count);
          }
        }
      }
      expect(seen.size).toBe(to.height * to.width);
    }),
  );
});
