/**
 * Tables of enumerations in an FST file. The converter knows VCD, which has none; so the block that names the variables
 * is written once more, with them (records and blocks as GTKWave's fstapi.c has them).
 */
import { closeSync, fstatSync, ftruncateSync, openSync, readSync, writeSync } from 'node:fs';
import { gzipSync } from 'node:zlib';
import type { TraceSource } from '../../hdl/sim/trace.ts';
import { variableAt } from '../variables.ts';
import { blocksOf, HEAD_BYTES } from './blocks.ts';
import { decodeLz4 } from './lz4.ts';

const BLOCK = { names: 4, namesLz4: 6, skipped: 255 } as const;
const RECORD = { scope: 254, endOfScope: 255, attribute: 252, endOfAttribute: 253 } as const;
/** Attribute: of the kind `misc`, a table of an enumeration. */
const TABLE = [RECORD.attribute, 0, 7] as const;

/** By path of the variable, what the table of its enumeration says. */
export type Tables = ReadonlyMap<string, string>;

/** The tables that a trace needs. */
export function tablesOf(trace: TraceSource): Tables {
  const at = variableAt(trace);
  return new Map(
    trace.parts.flatMap(({ type }, part) => {
      if (type.kind !== 'enum') return [];
      const { scope, name } = at(part);
      const codes = type.labels.map((_, code) => code.toString(2).padStart(type.width, '0'));
      const words = [type.name, String(type.labels.length), ...type.labels, ...codes];
      return [[[...scope, name].join('.'), words.map((word) => word.replaceAll(/\s/g, '_')).join(' ')]] as const;
    }),
  );
}

/**
 * Puts tables into a file that is whole. It stays as it is where there is no room for them, and where it is not as is
 * known here: words are not worth a file.
 */
export function addTables(path: string, tables: Tables): void {
  if (tables.size === 0) return;
  const fd = openSync(path, 'r+');
  const { size } = fstatSync(fd);
  try {
    const found = namesIn(fd);
    if (found === null) return;
    const names = withTables(found.names, tables);
    const packed = gzipSync(names);
    const head = Buffer.alloc(HEAD_BYTES + 8);
    head.writeUInt8(BLOCK.names, 0);
    head.writeBigUInt64BE(BigInt(16 + packed.length), 1);
    head.writeBigUInt64BE(BigInt(names.length), 9);
    // Whole before the old one is crossed out, by one byte: whatever happens, one of the two is there.
    const block = Buffer.concat([head, packed]);
    for (let done = 0; done < block.length;) done += writeSync(fd, block, done, block.length - done, size + done);
    writeSync(fd, Buffer.of(BLOCK.skipped), 0, 1, found.at);
  } catch {
    ftruncateSync(fd, size);
  } finally {
    closeSync(fd);
  }
}

/** The names as they are without tables, and where their block begins; null where there is no such block. */
function namesIn(fd: number): { readonly names: Uint8Array; readonly at: number } | null {
  for (const { kind, at, end } of blocksOf(fd)) {
    if (kind !== BLOCK.namesLz4) continue;
    const body = Buffer.alloc(end - at - HEAD_BYTES);
    readSync(fd, body, 0, body.length, at + HEAD_BYTES);
    return { names: decodeLz4(body.subarray(8), Number(body.readBigUInt64BE(0))), at };
  }
  return null;
}

/** Each table before all names, and its number before each variable that it is for. */
function withTables(names: Uint8Array, tables: Tables): Buffer {
  const texts = [...new Set(tables.values())];
  const pieces: Uint8Array[] = texts.map((text, i) =>
    Buffer.from([...TABLE, ...Buffer.from(text), 0, ...varint(i + 1)]),
  );
  const scopes: string[] = [];
  let at = 0;
  const text = (): string => {
    const end = names.indexOf(0, at);
    const found = Buffer.from(names.subarray(at, end)).toString('latin1');
    at = end + 1;
    return found;
  };
  const number = (): void => {
    while (((names[at++] ?? 0) & 0x80) !== 0);
  };
  while (at < names.length) {
    const start = at;
    const kind = names[at++] ?? 0;
    if (kind === RECORD.scope) {
      at++;
      scopes.push(text());
      text();
    } else if (kind === RECORD.endOfScope) scopes.pop();
    else if (kind === RECORD.attribute) {
      at += 2;
      text();
      number();
    } else if (kind !== RECORD.endOfAttribute) {
      at++;
      const name = text().replace(/ ?\[\d+:\d+\]$/, '');
      number();
      number();
      const table = tables.get([...scopes, name].join('.'));
      if (table !== undefined) pieces.push(Buffer.from([...TABLE, 0, ...varint(texts.indexOf(table) + 1)]));
    }
    pieces.push(names.subarray(start, at));
  }
  return Buffer.concat(pieces);
}

/** A number in groups of seven bits, the lowest first. */
function varint(value: number): number[] {
  return value < 0x80 ? [value] : [(value & 0x7f) | 0x80, ...varint(value >>> 7)];
}
