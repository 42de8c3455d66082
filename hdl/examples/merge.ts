import { arbiter, map, module, stage, stream, struct, uint } from '../index.ts';

const tagged = struct({ source: uint(2), value: uint(8) });

/**
 * Three streams into one, fairly; each value comes out with the number of the stream that it came from, through one
 * register stage.
 */
export const Merge = module(
  'merge',
  {
    in: { a: stream(uint(8)), b: stream(uint(8)), c: stream(uint(8)) },
    out: { merged: stream(tagged) },
  },
  ({ a, b, c }) => {
    const { out, chosen } = arbiter('winner', [a, b, c]);
    const labelled = map('labelled', out, (value) => ({ source: chosen.expectWidth(2), value }));
    return { merged: stage('merged', labelled) };
  },
);
