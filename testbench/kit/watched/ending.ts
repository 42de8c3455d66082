/** What an error that ended a run means for its waves: where a view is to open, and with what. */
import { CheckError, HangError } from '../../../hdl/sim/index.ts';
import type { Ending } from '../../../waveforms/index.ts';

/**
 * A check: the cycle that it failed in, with the ports and state of the instance that it stands in. A hang: the last
 * activity before it, with the streams that wait. Anything else: the cycle in which the run stands.
 */
export function endingOf(error: unknown): Ending {
  if (error instanceof CheckError) {
    const { path, message } = error.failure;
    return { marker: 'failed', why: message, involved: [path] };
  }
  if (error instanceof HangError)
    return { marker: 'last activity', time: 'last activity', why: `waits for ${error.goal}`, involved: error.involved };
  return { marker: 'failed', why: error instanceof Error ? error.message : String(error), involved: [] };
}
