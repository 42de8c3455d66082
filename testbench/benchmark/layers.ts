/**
 * Layers of networks that people run, as products: convolutions by im2col (rows are pixels of the output, columns
 * filters, k the weights of a filter), linear layers as they are. Shapes are those of the papers: AlexNet (NIPS 2012),
 * ResNet-50 (arXiv 1512.03385), MobileNet (arXiv 1704.04861), ViT-S/16 (arXiv 2010.11929, 2012.12877), at 224 × 224.
 */
export interface Layer {
  readonly layer: string;
  readonly m: number;
  readonly k: number;
  readonly n: number;
}

const layer = (name: string, m: number, k: number, n: number): Layer => ({ layer: name, m, k, n });

export const layers: readonly Layer[] = [
  layer('AlexNet conv1', 55 * 55, 11 * 11 * 3, 96),
  layer('AlexNet conv2', 27 * 27, 5 * 5 * 96, 256),
  layer('AlexNet conv3', 13 * 13, 3 * 3 * 256, 384),
  layer('ResNet-50 conv1', 112 * 112, 7 * 7 * 3, 64),
  layer('ResNet-50 2, first 1 × 1', 56 * 56, 64, 64),
  layer('ResNet-50 2, 3 × 3', 56 * 56, 3 * 3 * 64, 64),
  layer('ResNet-50 2, last 1 × 1', 56 * 56, 64, 256),
  layer('ResNet-50 3, 3 × 3', 28 * 28, 3 * 3 * 128, 128),
  layer('ResNet-50 4, 3 × 3', 14 * 14, 3 * 3 * 256, 256),
  layer('ResNet-50 5, 3 × 3', 7 * 7, 3 * 3 * 512, 512),
  layer('MobileNet pointwise 1', 112 * 112, 32, 64),
  layer('MobileNet pointwise 7', 14 * 14, 512, 512),
  layer('ViT-S queries, keys, values', 197, 384, 3 * 384),
  layer('ViT-S scores of a head', 197, 64, 197),
  layer('ViT-S first linear', 197, 384, 1536),
];
