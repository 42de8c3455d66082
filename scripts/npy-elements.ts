/** The elements of a .npy file that the NPU cannot multiply: what they are, and how 8-bit ones are made of them. */

const kinds: Readonly<Record<string, string>> = {
  i: 'int',
  u: 'uint',
  f: 'float',
  c: 'complex',
  b: 'bool',
  U: 'text',
  S: 'bytes',
  O: 'object',
  M: 'date',
  m: 'duration',
  V: 'void',
};

/** Rounded, not cut off at the decimal point; and limited, since what is out of range would wrap. */
const QUANTISE = 'quantise it, as numpy.clip(numpy.round(x / scale) + zero, -128, 127).astype("int8")';

/** `<f4` → `float32` */
function typeName(descr: string): string {
  const [, kind = '', size = ''] = /^[<>=|]?([a-zA-Z])(\d*)/.exec(descr) ?? [];
  const name = kinds[kind];
  if (name === undefined) return descr;
  return 'iufc'.includes(kind) ? `${name}${Number(size) * 8}` : name;
}

/**
 * @param descr the type as the header has it, in quotation marks where it is not a list of records
 * @param data all elements
 * @returns what they are called, and what to do
 */
export function describeElements(descr: string, data: Uint8Array): { readonly held: string; readonly remedy: string } {
  if (descr.startsWith('[')) return { held: 'records', remedy: 'save one field of them, as int8 or uint8' };
  const type = descr.slice(1, -1);
  const name = typeName(type);
  const [, order = '', kind = '', size = ''] = /^([<>=|]?)([a-zA-Z])(\d*)$/.exec(type) ?? [];
  if (kind === 'b') return { held: `${name} elements`, remedy: 'save it with .astype("int8")' };
  if (kind === 'f') return { held: `${name} elements`, remedy: QUANTISE };
  const range =
    'iu'.includes(kind) && kind !== ''
      ? rangeOf(data, { bytes: Number(size), signed: kind === 'i', little: order !== '>' })
      : null;
  if (range === null) return { held: `${name} elements`, remedy: 'save it as int8 or uint8' };
  const fits = (low: number, high: number): boolean => range.low >= low && range.high <= high;
  const word = fits(-128, 127) ? 'int8' : fits(0, 255) ? 'uint8' : null;
  return {
    held: `${name} elements from ${range.low} to ${range.high}`,
    remedy: word === null ? QUANTISE : `save it with .astype("${word}")`,
  };
}

interface Integers {
  readonly bytes: number;
  readonly signed: boolean;
  readonly little: boolean;
}

/** The least and the greatest; null where there are none, or part of one. */
function rangeOf(
  data: Uint8Array,
  { bytes, signed, little }: Integers,
): { readonly low: bigint; readonly high: bigint } | null {
  if (![2, 4, 8].includes(bytes) || data.length === 0 || data.length % bytes !== 0) return null;
  const view = new DataView(data.buffer, data.byteOffset, data.byteLength);
  const element = (at: number): bigint => {
    if (bytes === 8) return signed ? view.getBigInt64(at, little) : view.getBigUint64(at, little);
    if (bytes === 4) return BigInt(signed ? view.getInt32(at, little) : view.getUint32(at, little));
    return BigInt(signed ? view.getInt16(at, little) : view.getUint16(at, little));
  };
  let [low, high] = [element(0), element(0)];
  for (let at = bytes; at < data.length; at += bytes) {
    const value = element(at);
    if (value < low) low = value;
    if (value > high) high = value;
  }
  return { low, high };
}
