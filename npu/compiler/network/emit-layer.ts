/** Steps of any layer. */
import type { Builder } from './builder.ts';
import { emitConvolution } from './convolution.ts';
import type { Layer } from './layer.ts';

/** `byFolds` has the tensors that come fold by fold of channels; a layer that makes such a one adds it. */
export function emitLayer(builder: Builder, layer: Layer, name: string, byFolds: Set<number>): void {
  switch (layer.kind) {
    case 'convolution':
      emitConvolution(builder, layer, name, byFolds.has(layer.input.tensor));
      return;
    case 'rename':
      builder.storage.rename(layer.input, layer.output);
      return;
    default:
      throw new RangeError(`layers of the kind ${layer.kind} are not done by the NPU`);
  }
}
