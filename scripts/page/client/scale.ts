/** What tells the points of a sweep apart by colour. */
import type { Column } from '../chart-data.ts';
import { between, colour } from './theme.ts';

const hues = ['use', 'memory', 'inside', 'order', 'good', 'bad'] as const;

export interface Scale {
  /** The colour of a value; that of nothing where there is none. */
  readonly of: (value: number | null) => string;
  /** What the key says: swatches, or the two ends of a ramp. */
  readonly swatches: readonly (readonly [colour: string, text: string])[];
  readonly ramp: readonly [least: number, most: number] | null;
}

export function scaleOf({ values, words }: Column): Scale {
  if (words !== null) {
    // More than there are hues go round.
    const colours = words.map((_, i) => colour(hues[i % hues.length] ?? 'use'));
    return {
      of: (value) => (value === null ? colour('idle') : (colours[value] ?? '')),
      swatches: words.map((word, i) => [colours[i] ?? '', word]),
      ramp: null,
    };
  }
  let [least, most] = [Infinity, -Infinity];
  for (const value of values) {
    if (value === null) continue;
    least = Math.min(least, value);
    most = Math.max(most, value);
  }
  const [low, high, none] = [colour('low'), colour('high'), colour('idle')];
  const steps = Array.from({ length: 33 }, (_, i) => between(low, high, 0.15 + 0.85 * (i / 32)));
  return {
    of: (value) =>
      value === null ? none : (steps[Math.round(32 * (most > least ? (value - least) / (most - least) : 1))] ?? none),
    swatches: [],
    ramp: [least, most],
  };
}
