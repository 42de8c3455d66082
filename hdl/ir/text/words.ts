import type { Edge, Grid, GridOutputNode, Memory, Operation, Place, Type } from '../types.ts';
import { typeWidth } from '../walk.ts';

/** The first line of every file; the number rises when older files no longer parse. */
export const header = 'systole ir 1';

export const edges = ['west', 'north', 'east', 'south'] as const satisfies readonly Edge[];
export const gridOutputs = [...edges, 'cells'] as const satisfies readonly GridOutputNode['edge'][];
export const shapes = ['full', 'lower', 'upper'] as const satisfies readonly Grid['shape'][];
export const readRules = ['old', 'new', 'undefined'] as const satisfies readonly Memory['readDuringWrite'][];
export const checkKinds = ['assert', 'assume', 'cover'] as const;
export const operations = [
  'add',
  'sub',
  'mul',
  'and',
  'or',
  'xor',
  'not',
  'shl',
  'shr',
  'eq',
  'ne',
  'lt',
  'le',
  'gt',
  'ge',
  'mux',
  'cat',
  'slice',
  'extend',
  'truncate',
  'cast',
  'orReduce',
  'andReduce',
  'xorReduce',
  'vec',
  'fill',
  'index',
  'update',
] as const satisfies readonly Operation[];

const plainName = /^[A-Za-z_$][A-Za-z0-9_$]*$/;
const plainFile = /^[A-Za-z0-9_./+-]+$/;

/** A name, quoted where it is not an identifier. */
export function word(name: string): string {
  return plainName.test(name) ? name : JSON.stringify(name);
}

/** A bit pattern: hexadecimal, one digit for each four bits of the type. */
export function pattern(value: bigint, type: Type): string {
  return `0x${value.toString(16).padStart(Math.ceil(typeWidth(type) / 4), '0')}`;
}

/** ` @pe.ts:14:9`, or nothing where there is no place. */
export function at(place: Place | null): string {
  if (place === null) return '';
  return ` @${plainFile.test(place.file) ? place.file : JSON.stringify(place.file)}:${place.line}:${place.column}`;
}
