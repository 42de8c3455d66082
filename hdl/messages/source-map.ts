/**
 * Where in a source a place in a compiled file comes from, by the map that the compiled file names. Node does this only
 * where it is asked to (`--enable-source-maps`), and loaders for what they compile themselves; a place that one of them
 * has mapped is in a source already, which names no map.
 */
import { readFileSync } from 'node:fs';
import { SourceMap, type SourceMapPayload } from 'node:module';
import { isAbsolute } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import type { Place } from '../ir/types.ts';

interface Mapped {
  readonly map: SourceMap;
  /** Where the names of sources begin. */
  readonly base: URL;
}

const known = new Map<string, Mapped | null>();

/** The place in the source; the place itself where there is no map, or none that can be read. */
export function inSource(place: Place): Place {
  if (!isAbsolute(place.file) || !/\.[cm]?jsx?$/.test(place.file)) return place;
  const mapped = mapOf(place.file);
  if (mapped === null) return place;
  const entry = mapped.map.findEntry(place.line - 1, place.column - 1);
  if (!('originalSource' in entry)) return place;
  const source = new URL(entry.originalSource, mapped.base);
  if (source.protocol !== 'file:') return place;
  return { file: fileURLToPath(source), line: entry.originalLine + 1, column: entry.originalColumn + 1 };
}

function mapOf(file: string): Mapped | null {
  const before = known.get(file);
  if (before !== undefined) return before;
  const read = readMap(file);
  known.set(file, read);
  return read;
}

/** Whatever is wrong with a map, the place in the compiled file is still one: nothing here throws. */
function readMap(file: string): Mapped | null {
  try {
    const named = [...readFileSync(file, 'utf8').matchAll(/^\/\/[#@] sourceMappingURL=(\S+)\s*$/gm)].at(-1)?.[1];
    if (named === undefined) return null;
    const url = new URL(named, pathToFileURL(file));
    const payload: unknown = JSON.parse(url.protocol === 'data:' ? ofDataUrl(named) : readFileSync(url, 'utf8'));
    if (!isMap(payload)) return null;
    const from = url.protocol === 'data:' ? pathToFileURL(file) : url;
    return { map: new SourceMap(payload), base: new URL(rootOf(payload), from) };
  } catch {
    return null;
  }
}

/** What names of sources begin with: maps often leave it out, whatever their type says. */
function rootOf({ sourceRoot }: Partial<SourceMapPayload>): string {
  return sourceRoot === undefined || sourceRoot === '' ? '.' : sourceRoot.replace(/\/?$/, '/');
}

function ofDataUrl(url: string): string {
  const comma = url.indexOf(',');
  const content = url.slice(comma + 1);
  return url.slice(0, comma).endsWith(';base64')
    ? Buffer.from(content, 'base64').toString('utf8')
    : decodeURIComponent(content);
}

function isMap(given: unknown): given is SourceMapPayload {
  return (
    typeof given === 'object' &&
    given !== null &&
    'mappings' in given &&
    'sources' in given &&
    Array.isArray(given.sources)
  );
}
