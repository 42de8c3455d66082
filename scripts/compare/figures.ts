/** How figures of runs and their changes are written. */
import { columns, count, paint, percent } from '../text.ts';
import { changeOf } from './peers.ts';
import type { Plain } from './runs.ts';

/** Results that do not stand in other fields too, under their units. */
export const isTold = (name: string): boolean => !name.startsWith('counters.');
/** Of the machine that simulates: they differ from run to run where nothing else does. */
export const isOfTime = (name: string): boolean => name === 'seconds' || name === 'cyclesPerSecond';
/** Parts of a whole, 0 to 1. */
const isFraction = (name: string): boolean => name === 'utilisation' || name === 'overall';
/** Figures of which there is no total. */
export const isAveraged = (name: string): boolean =>
  isFraction(name) || name.startsWith('tile.') || name === 'bound.ratio' || name === 'cyclesPerSecond';

/** Figures with separators, parts in per cent. */
export function show(name: string, value: Plain | undefined): string {
  if (value === undefined || value === null) return '–';
  if (typeof value !== 'number' || name === 'seed') return String(value);
  if (isFraction(name)) return percent(value);
  return Number.isInteger(value) ? count(value) : count(Number(value.toPrecision(4)));
}

/** How far it is from `from`: a part of it, or of parts of a whole their difference; null where that is no figure. */
export function distance(name: string, from: Plain | undefined, to: Plain | undefined): number | null {
  if (typeof from === 'number' && typeof to === 'number' && isFraction(name)) return to - from;
  return changeOf(from, to);
}

/** `+12.3 %`, `× 3.21`; of parts of a whole how many points, since a percentage of a percentage is misread. */
export function showDistance(name: string, value: number): string {
  if (value === 0) return '=';
  const sign = value > 0 ? '+' : '−';
  if (isFraction(name)) return `${sign}${(Math.abs(value) * 100).toFixed(1)} points`;
  return value >= 2 ? `× ${(1 + value).toFixed(2)}` : `${sign}${percent(Math.abs(value))}`;
}

export function showChange(name: string, from: Plain | undefined, to: Plain | undefined): string {
  if (from === to) return '=';
  const value = distance(name, from, to);
  if (value !== null) return showDistance(name, value);
  return typeof from === 'number' && typeof to === 'number' ? 'from 0' : '';
}

/** A heading and rows, figures to the right; and an empty line. */
export function table(heading: readonly string[], rows: readonly (readonly string[])[]): string[] {
  const right = heading.map((_, i) => i).slice(1);
  const [first = '', ...others] = columns([heading, ...rows], right);
  return [paint('dim', `  ${first}`), ...others.map((line) => `  ${line}`), ''];
}
