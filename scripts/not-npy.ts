/** What a file is that was given in the place of a .npy file, and how it becomes one. */
import { UsageError } from './failure.ts';

const SAVE = 'only .npy files of int8 or uint8 can be read: write it with numpy.save';

/** Numbers with blanks, commas, semicolons or tabs between, in lines. */
const NUMBERS = /^[\s\d.eE+,;-]*\d[\s\d.eE+,;-]*$/;
/** Of a text, enough to know it by. */
const HEAD = 4096;

const starts = (bytes: Uint8Array, ...first: readonly number[]): boolean => first.every((byte, i) => bytes[i] === byte);

/** @param name what messages call the file */
export function notNpy(bytes: Uint8Array, name: string): UsageError {
  if (starts(bytes, 0x50, 0x4b)) return archive(zipNames(bytes), name);
  if (starts(bytes, 0x1f, 0x8b))
    return new UsageError(`${name} is compressed with gzip`, `decompress it first: gunzip ${name}`);
  if (starts(bytes, 0x89, 0x48, 0x44, 0x46)) return new UsageError(`${name} is an HDF5 file`, SAVE);
  if (bytes.length > 0 && NUMBERS.test(Buffer.from(bytes.subarray(0, HEAD)).toString('latin1'))) {
    return new UsageError(`${name} is a text of numbers, not a NumPy .npy file`, `${SAVE}, after numpy.loadtxt`);
  }
  return new UsageError(`${name} is not a NumPy .npy file`, SAVE);
}

function archive(names: readonly string[], name: string): UsageError {
  const arrays = names.flatMap((entry) => /^(.+)\.npy$/.exec(entry)?.[1] ?? []);
  const [first] = arrays;
  if (first === undefined) return new UsageError(`${name} is a zip archive without NumPy arrays`, SAVE);
  const shown = arrays.length > 5 ? [...arrays.slice(0, 5), '…'] : arrays;
  return new UsageError(
    `${name} is a NumPy .npz archive of ${arrays.length} array${arrays.length === 1 ? '' : 's'} (${shown.join(', ')})`,
    `save the one that is meant as a .npy file: numpy.save("${first}.npy", numpy.load("${name}")["${first}"])`,
  );
}

/**
 * The names of a zip archive's entries, from the list at its end (APPNOTE.TXT 6.3.10 of PKWARE, 4.3.12 and 4.3.16);
 * none of what is cut short or not a zip archive after all.
 */
function zipNames(bytes: Uint8Array): string[] {
  const file = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const end = file.lastIndexOf('PK\x05\x06', undefined, 'latin1');
  if (end < 0 || end + 22 > file.length) return [];
  const names: string[] = [];
  let at = file.readUInt32LE(end + 16);
  while (at + 46 <= end && file.toString('latin1', at, at + 4) === 'PK\x01\x02') {
    const [length, extra, comment] = [28, 30, 32].map((offset) => file.readUInt16LE(at + offset));
    names.push(file.toString('utf8', at + 46, at + 46 + (length ?? 0)));
    at += 46 + (length ?? 0) + (extra ?? 0) + (comment ?? 0);
  }
  return names;
}
