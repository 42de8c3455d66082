/** Operators that only say where elements go: as bytes, whatever they stand for, as TensorFlow Lite's kernels do it. */
import { concatTable } from '../../../graph/byte-table.ts';
import type { GraphTensor } from '../../../graph/graph.ts';
import type { LayerBody } from '../layer.ts';
import { elementsOf } from '../picture.ts';
import { piecesOf, type MoveKind } from '../piece.ts';
import { isOfBytes, type Of, type Reader } from './reader.ts';

export function move(reader: Reader, operator: Of<MoveKind>): LayerBody[] {
  const { inputs, outputs } = reader;
  const result = reader.resultTensor();
  if (!isOfBytes(result)) return reader.onHost();
  const alike: LayerBody[] = [];
  const views = inputs.map((input, at) => {
    // Kernels of concatenation alone rescale, and of uint8 alone.
    if (operator.kind !== 'concat' || isSameScale(input, result)) return reader.view(at);
    const output = reader.between('an input rescaled', result, input.shape);
    alike.push({
      kind: 'lookup',
      input: reader.view(at),
      output,
      table: concatTable(reader.scale(at), reader.resultScale()),
    });
    return output;
  });
  const given = operator.kind === 'pad' ? operator.attributes.value : null;
  return [
    ...alike,
    {
      kind: 'move',
      inputs: views,
      output: reader.result(),
      pieces: piecesOf(operator, inputs, outputs, reader.made),
      fill: given ?? result.quantisation?.zeros[0] ?? 0,
    },
  ];
}

const isSameScale = (one: GraphTensor, other: GraphTensor): boolean =>
  one.quantisation?.scales[0] === other.quantisation?.scales[0] &&
  one.quantisation?.zeros[0] === other.quantisation?.zeros[0];

/** The same bytes under another shape: they stay where they are, but for a border of another zero point. */
export function reshape(reader: Reader): LayerBody[] {
  const [input, output] = [reader.view(0), reader.result()];
  const [from, to] = [reader.tensor(0), reader.resultTensor()];
  if (!isOfBytes(to)) return reader.onHost();
  if (from.quantisation?.zeros[0] === to.quantisation?.zeros[0]) return [{ kind: 'rename', input, output }];
  const along = [{ size: elementsOf(input.picture), from: 1, to: 1 }];
  return [{ kind: 'move', inputs: [input], output, pieces: [{ input: 0, from: 0, to: 0, along }], fill: 0 }];
}
