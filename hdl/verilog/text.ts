/** How types, values and places are written. */
import type { Place, Type } from '../ir/types.ts';
import { typeWidth } from '../ir/walk.ts';

/** The dimensions of a signal: ` [7:0]`, ` signed [8:0]`, ` [3:0][7:0]`; nothing for one bit. Begins with a space. */
export function dimensions(type: Type): string {
  if (type.kind === 'vec') return ` ${packed(type)}`;
  const sign = type.kind === 'sint' ? ' signed' : '';
  return type.width === 1 ? sign : `${sign} ${packed(type)}`;
}

/** The packed dimensions alone: `[3:0][7:0]`; nothing for one bit. */
export function packed(type: Type): string {
  if (type.kind === 'vec') return `[${type.length - 1}:0]${packed(type.element)}`;
  return type.width === 1 ? '' : `[${type.width - 1}:0]`;
}

/** Up to here numbers are read best as decimals. */
const MOST_DECIMAL = 9999n;

/** A bit pattern as a literal of exactly the type's width, signed for `sint`. */
export function literal(pattern: bigint, type: Type): string {
  const width = typeWidth(type);
  if (type.kind === 'sint') {
    const value = BigInt.asIntN(width, pattern);
    // The most negative number has no positive counterpart to put a minus before.
    if (value === -(1n << BigInt(width - 1)) || -value > MOST_DECIMAL) return signedPattern(pattern, width);
    return value < 0n ? `-${width}'sd${-value}` : signedPattern(pattern, width);
  }
  if (width === 1) return `1'b${pattern}`;
  return pattern <= MOST_DECIMAL ? `${width}'d${pattern}` : `${width}'h${pattern.toString(16)}`;
}

/** A signed literal without a minus. */
export function signedPattern(pattern: bigint, width: number): string {
  const value = BigInt.asIntN(width, pattern);
  return value >= 0n && value <= MOST_DECIMAL ? `${width}'sd${value}` : `${width}'sh${pattern.toString(16)}`;
}

/** `cell.ts:30`: the folder stands at the module's head. */
function shortPlace(place: Place | null): string | null {
  if (place === null) return null;
  return `${printable(place.file.split(/[/\\]/).at(-1) ?? place.file)}:${place.line}`;
}

/** `npu/matrix/systolic/cell.ts:30`. */
export function longPlace(place: Place): string {
  return `${printable(place.file)}:${place.line}`;
}

/** Text for a comment or a message: no line breaks, nothing that the tools' encodings may disagree about. */
export function printable(text: string): string {
  return text.replaceAll(/\s/gu, ' ').replaceAll(/[^ -~]/gu, '?');
}

/** Text between double quotes. Percent signs would start a format. */
export function quoted(text: string): string {
  return `"${printable(text).replaceAll('\\', '\\\\').replaceAll('"', '\\"').replaceAll('%', '%%')}"`;
}

export function indent(lines: readonly string[]): string[] {
  return lines.map((line) => (line === '' || line.startsWith('`') ? line : `  ${line}`));
}

/** A line with the place that it comes from. */
export function withPlace(line: string, place: Place | null): string {
  const at = shortPlace(place);
  return at === null ? line : `${line}  // ${at}`;
}
