/** What is made of elements of two tensors, of one, or of those of a place. */
import { byteTable, preluTables, type ByteKind, type ByteScale } from '../../../graph/byte-table.ts';
import { productFactor, softmaxFactors, sumFactors } from '../../../graph/factors.ts';
import type { GraphTensor } from '../../../graph/graph.ts';
import { tensorScale } from '../../../graph/scales.ts';
import type { ElementwiseLayer, LayerBody } from '../layer.ts';
import type { View } from '../picture.ts';
import { picturesOver, spreadOver } from './operands.ts';
import { anyByte, unscaled, type Of, type Reader } from './reader.ts';

export function sum(reader: Reader, { kind, attributes }: Of<'add' | 'sub'>): LayerBody[] {
  const { leftShift, first, second, result } = sumFactors(kind, reader.scale(0), reader.scale(1), reader.resultScale());
  return ofTwo(reader, {
    operator: kind,
    zeros: [reader.scale(0).zero, reader.scale(1).zero],
    leftShift,
    inScales: [first, second],
    scale: result,
    result: reader.range(attributes.activation),
  });
}

/** What is below 0 times its slope, and what is above it: of the two, one is always the zero point. */
export function prelu(reader: Reader): LayerBody[] {
  const [picture, result] = [reader.tensor(0), reader.resultTensor()];
  const [from, to] = [byteScale(picture), byteScale(result)];
  if (from === null || to === null) return reader.onHost();
  const tables = preluTables(from, to);
  const below = reader.between('what is below 0', picture, picture.shape);
  const sloped = reader.between('by its slopes', result, result.shape);
  const above = reader.between('what is above 0', result, result.shape);
  const [input, range] = [reader.view(0), reader.range('none')];
  return [
    { kind: 'lookup', input, output: below, table: tables.below },
    ...ofTwo(
      reader,
      {
        operator: 'mul',
        zeros: [from.zero, reader.scale(1).zero],
        leftShift: 0,
        inScales: [unscaled, unscaled],
        scale: productFactor(reader.scale(0), reader.scale(1), reader.resultScale()),
        result: range,
      },
      [below, reader.view(1)],
      sloped,
    ),
    { kind: 'lookup', input, output: above, table: tables.above },
    {
      kind: 'elementwise',
      operator: 'add',
      inputs: [above, sloped],
      output: reader.result(),
      zeros: [to.zero, to.zero],
      leftShift: 0,
      inScales: [unscaled, unscaled],
      scale: unscaled,
      result: range,
    },
  ];
}

export const product = (reader: Reader, { attributes }: Of<'mul'>): LayerBody[] =>
  ofTwo(reader, {
    operator: 'mul',
    zeros: [reader.scale(0).zero, reader.scale(1).zero],
    leftShift: 0,
    inScales: [unscaled, unscaled],
    scale: productFactor(reader.scale(0), reader.scale(1), reader.resultScale()),
    result: reader.range(attributes.activation),
  });

/** Of bytes, as all tensors stand for the same by them. */
export const extremum = (reader: Reader, { kind }: Of<'minimum' | 'maximum'>): LayerBody[] =>
  ofTwo(reader, {
    operator: kind === 'minimum' ? 'min' : 'max',
    zeros: [0, 0],
    leftShift: 0,
    inScales: [unscaled, unscaled],
    scale: unscaled,
    result: anyByte,
  });

/** Of two operands, either of which may be spread over the result; it is made whole where the vector unit cannot. */
function ofTwo(
  reader: Reader,
  rest: Omit<ElementwiseLayer, 'kind' | 'inputs' | 'output'>,
  views: readonly View[] = [reader.view(0), reader.view(1)],
  output: View = reader.result(),
): LayerBody[] {
  const { shape } = reader.resultTensor();
  const moves: LayerBody[] = [];
  const operands = views.map((view, input) => ({ view, shape: reader.shape(input) }));
  const picturesOf = () =>
    picturesOver(
      operands.map((operand) => operand.shape),
      shape,
    );
  for (let input = 0; picturesOf() === null && input < operands.length; input++) {
    const whole = reader.between('an operand spread', reader.tensor(input), shape);
    const pieces = [spreadOver(reader.shape(input), shape)];
    moves.push({ kind: 'move', inputs: [operands[input]?.view ?? reader.view(input)], output: whole, pieces, fill: 0 });
    operands[input] = { view: whole, shape };
  }
  const [one, other] = operands.map(({ view }) => view);
  const [ofOne, ofOther, ofResult] = picturesOf() ?? [];
  if (
    one === undefined ||
    other === undefined ||
    ofOne === undefined ||
    ofOther === undefined ||
    ofResult === undefined
  )
    throw reader.refuse('has operands that cannot be spread');
  return [
    ...moves,
    {
      kind: 'elementwise',
      inputs: [
        { ...one, picture: ofOne },
        { ...other, picture: ofOther },
      ],
      output: { ...output, picture: ofResult },
      ...rest,
    },
  ];
}

export function lookup(reader: Reader, operator: Of<ByteKind>): LayerBody[] {
  const [from, to] = [byteScale(reader.tensor(0)), byteScale(reader.resultTensor())];
  if (from === null || to === null) return reader.onHost();
  return [{ kind: 'lookup', input: reader.view(0), output: reader.result(), table: byteTable(operator, from, to) }];
}

function byteScale({ type, quantisation }: GraphTensor): ByteScale | null {
  const scale = tensorScale(quantisation);
  return scale === null || (type !== 'int8' && type !== 'uint8') ? null : { ...scale, type };
}

export function softmax(reader: Reader, { attributes: { beta } }: Of<'softmax'>): LayerBody[] {
  const { powers } = softmaxFactors(reader.scale(0), beta);
  return [{ kind: 'softmax', input: reader.view(0), output: reader.result(), powers, result: reader.range('none') }];
}
