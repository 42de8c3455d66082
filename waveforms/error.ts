import { codeOf, fileReason } from '../hdl/messages/file-reasons.ts';
import { UserError } from '../hdl/messages/user-error.ts';

/** A waveform cannot be written, read or drawn. The message is one line: what failed, why, and what to do about it. */
export class WaveformError extends UserError {
  override readonly name = 'WaveformError';
}

/** There is a remedy for a full disk that no other file has. */
const tooMuch = new Set(['ENOSPC', 'EDQUOT', 'EFBIG']);

/**
 * The line for a failed file operation.
 *
 * @param doing what was tried, with the path: `write waves to /tmp/run.vcd`
 * @param cause what Node threw
 */
export function fileError(doing: `${'read' | 'write'} ${string}`, cause: unknown): WaveformError {
  const { why, remedy } = fileReason(cause, doing.startsWith('read') ? 'read' : 'write');
  const less = tooMuch.has(codeOf(cause)) ? 'free some space or ask for fewer signals or cycles' : remedy;
  return new WaveformError(`cannot ${doing}: ${why}; ${less}`, { cause });
}

export function messageOf(cause: unknown): string {
  return cause instanceof Error ? cause.message : String(cause);
}
