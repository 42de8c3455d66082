/** Files of waves, read piece by piece: drawn in text, or compared. Needs the optional package vcd-stream. */
export { finerUnit, firstDifference, pairs } from './diff.ts';
export { openWaveFile } from './open.ts';
export type { VcdVariable } from './parser.ts';
export { topVariables, variablesAt } from './paths.ts';
export type { VcdFile } from './stream.ts';
export { wordsBeside } from './words.ts';
export { axisOf } from '../text/axis.ts';
export { showBits } from '../text/bits.ts';
export { drawFile } from '../text/file.ts';
