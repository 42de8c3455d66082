/**
 * The file of an artefact: a head of 64 bytes, then its parts one after another. Numbers are unsigned and
 * little-endian.
 *
 * | bytes | |
 * |---|---|
 * | 0 to 7 | 89 53 59 53 0d 0a 1a 0a, which no transfer as text leaves as it is |
 * | 8 to 11 | the version of the format |
 * | 12 to 27 | bytes of each part: manifest, commands, image, network |
 * | 28 to 31 | 0 |
 * | 32 to 63 | SHA-256 of bytes 0 to 31 and of all parts |
 *
 * The bytes up to 12 stay as they are in every version.
 */
import { createHash } from 'node:crypto';
import { ArtefactError, damaged } from './error.ts';

/** Changes with whatever a reader of the version before would misread. */
const ARTEFACT_VERSION = 1;

/** In their order in the file. */
const partNames = ['manifest', 'commands', 'image', 'network'] as const;
export type Parts = Readonly<Record<(typeof partNames)[number], Uint8Array>>;

const MAGIC = [0x89, 0x53, 0x59, 0x53, 0x0d, 0x0a, 0x1a, 0x0a] as const;
const VERSION_AT = 8;
const LENGTHS_AT = 12;
const HASH_AT = 32;
const HEAD = 64;

const digest = (head: Uint8Array, parts: Uint8Array): Uint8Array =>
  createHash('sha256').update(head.subarray(0, HASH_AT)).update(parts).digest();

/** Whether a file begins as an artefact does. */
export const isArtefact = (bytes: Uint8Array): boolean => MAGIC.every((byte, at) => bytes[at] === byte);

export function packed(parts: Parts): Uint8Array {
  const all = partNames.map((name) => parts[name]);
  const bytes = new Uint8Array(HEAD + all.reduce((sum, { length }) => sum + length, 0));
  const view = new DataView(bytes.buffer);
  bytes.set(MAGIC);
  view.setUint32(VERSION_AT, ARTEFACT_VERSION, true);
  let at = HEAD;
  all.forEach((part, index) => {
    view.setUint32(LENGTHS_AT + 4 * index, part.length, true);
    bytes.set(part, at);
    at += part.length;
  });
  bytes.set(digest(bytes, bytes.subarray(HEAD)), HASH_AT);
  return bytes;
}

/** @throws ArtefactError for a file that is none, is of another version, is cut short or was changed */
export function unpacked(bytes: Uint8Array): Parts {
  const cut = (whole: number): never => damaged(`it is cut short, ${bytes.length} bytes of ${whole}`);
  if (!isArtefact(bytes)) throw new ArtefactError('this is no artefact; give a file that systole compile wrote');
  if (bytes.length < HEAD) cut(HEAD);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const version = view.getUint32(VERSION_AT, true);
  if (version !== ARTEFACT_VERSION)
    throw new ArtefactError(
      `this artefact is of version ${version} of the format, and version ${ARTEFACT_VERSION} can be read; ` +
        'compile the network again, or take the systole that wrote it',
    );
  const lengths = partNames.map((_, index) => view.getUint32(LENGTHS_AT + 4 * index, true));
  const whole = lengths.reduce((sum, length) => sum + length, HEAD);
  if (bytes.length < whole) cut(whole);
  if (bytes.length > whole) damaged(`it has ${bytes.length} bytes in place of ${whole}`);
  const hash = digest(bytes, bytes.subarray(HEAD));
  if (hash.some((byte, at) => byte !== bytes[HASH_AT + at])) damaged('its bytes are not those of its checksum');
  let end = HEAD;
  const [manifest, commands, image, network] = lengths.map((length) => bytes.slice(end, (end += length)));
  if (manifest === undefined || commands === undefined || image === undefined || network === undefined)
    return damaged('it lacks a part');
  return { manifest, commands, image, network };
}
