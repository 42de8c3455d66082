/** A waveform cannot be written, read or drawn. The message is one line: what failed, why, and what to do about it. */
export class WaveformError extends Error {
  override readonly name = 'WaveformError';
}

/**
 * The line for a failed file operation.
 *
 * @param doing what was tried, with the path: `write waves to /tmp/run.vcd`
 * @param cause what Node threw
 */
export function fileError(doing: string, cause: unknown): WaveformError {
  const code = cause instanceof Error && 'code' in cause ? String(cause.code) : '';
  const known = reasons[code];
  const why = known ?? (cause instanceof Error ? cause.message : String(cause));
  return new WaveformError(`cannot ${doing}: ${why}`, { cause });
}

const reasons: Readonly<Record<string, string>> = {
  ENOENT: 'its directory does not exist; create it or choose another path',
  ENOTDIR: 'a part of the path is a file, not a directory; choose another path',
  EISDIR: 'it is a directory; give the name of a file in it',
  EACCES: 'permission denied; choose a path that you may write to',
  EPERM: 'permission denied; choose a path that you may write to',
  EROFS: 'the file system is read-only; choose another path',
  ENOSPC: 'the disk is full; free some space or ask for fewer signals or cycles',
  EDQUOT: 'the disk quota is used up; free some space or ask for fewer signals or cycles',
  ENAMETOOLONG: 'the name is too long; choose a shorter one',
};
