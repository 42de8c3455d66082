/** What an error that ended a run means for its waves: where a view is to open, and with what. */
import type { Ending } from '../../../waveforms/index.ts';

/**
 * A failed check: the cycle that it failed in, with the ports and state of the instance that it stands in. A hang: the
 * last activity before it, with the streams that wait. Anything else: the cycle in which the run stands. Errors are
 * known by their fields, since test runners pass on copies of them.
 */
export function endingOf(error: unknown): Ending {
  const failure = field(error, 'failure');
  const [path, message] = [field(failure, 'path'), field(failure, 'message')];
  if (field(error, 'name') === 'CheckError' && typeof path === 'string')
    return { marker: 'failed', why: String(message), involved: [path] };
  const involved = field(error, 'involved');
  if (field(error, 'name') === 'HangError' && Array.isArray(involved)) {
    const why = `waits for ${String(field(error, 'goal'))}`;
    return { marker: 'last activity', time: 'last activity', why, involved: involved.map(String) };
  }
  const told = field(error, 'message');
  return { marker: 'failed', why: typeof told === 'string' ? told : String(error), involved: [] };
}

function field(value: unknown, name: string): unknown {
  if (typeof value !== 'object' || value === null) return undefined;
  const found: unknown = Reflect.get(value, name);
  return found;
}
