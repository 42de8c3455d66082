/** Steps of any layer. */
import type { Builder } from './builder.ts';
import { emitConvolution } from './convolution.ts';
import { emitDepthwise } from './depthwise.ts';
import { emitElementwise, emitLookup } from './elementwise.ts';
import type { Layer } from './layer.ts';
import { emitMove } from './move.ts';
import { emitPool } from './pool.ts';
import { emitSoftmax } from './softmax.ts';

/** `byFolds` has the tensors that come fold by fold of channels; a layer that makes such a one adds it. */
export function emitLayer(builder: Builder, layer: Layer, name: string, byFolds: Set<number>): void {
  switch (layer.kind) {
    case 'convolution':
      emitConvolution(builder, layer, name, byFolds.has(layer.input.tensor));
      return;
    case 'rename':
      builder.storage.rename(layer.input, layer.output);
      return;
    case 'move':
      emitMove(builder, layer);
      return;
    case 'depthwise':
      emitDepthwise(builder, layer, name);
      break;
    case 'pool':
      emitPool(builder, layer);
      break;
    case 'elementwise':
      emitElementwise(builder, layer);
      break;
    case 'lookup':
      emitLookup(builder, layer, name);
      break;
    case 'softmax':
      emitSoftmax(builder, layer, name);
      return;
    case 'host':
      throw new RangeError('layers of the host are not done by the NPU');
  }
  byFolds.add(layer.output.tensor);
}
