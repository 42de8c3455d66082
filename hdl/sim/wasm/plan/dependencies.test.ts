import { expect, test } from 'vitest';
import { bit, elaborate, module, reg, uint, when, wire } from '../../../index.ts';
import { openLibrary } from '../../library.ts';
import { flatten } from '../flat/flatten.ts';
import { Layout } from '../layout.ts';
import { usual } from '../thresholds.ts';
import { WireSlices } from './dependencies.ts';

test('wires alone are taken apart: registers in many arms would cost the square of their number', () => {
  const word = uint(8);
  const Both = module('both', { in: { go: bit, x: word }, out: { y: word } }, ({ go, x }) => {
    const kept = reg('kept', word);
    const seen = wire('seen', word, { default: 0 });
    when(go, () => {
      kept.next = x;
      seen.next = kept;
    });
    return { y: seen };
  });
  const slices = new WireSlices();
  const found = flatten(openLibrary(elaborate(Both)), new Layout(), usual).frames.flatMap((frame) =>
    frame.view.module.nodes.flatMap(({ name }, id) => (slices.of(frame, id).length > 0 ? [name] : [])),
  );
  expect(found).toEqual(['seen']);
});
