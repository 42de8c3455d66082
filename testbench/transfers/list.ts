/**
 * Lists of transfers, in the format of iDMA's job files (pulp-platform/iDMA, jobs/): a value a line, one transfer after
 * the other. Length in bytes; address of the source, of the destination; two protocols (0, AXI4); the longest bursts on
 * either side in beats; two flags that decouple channels, which mean nothing here; how many errors; then each of them.
 */
import { UserError } from '../../hdl/messages/user-error.ts';

/** The memory answers with an error to what touches `address`. */
export interface TransferError {
  readonly on: 'read' | 'write';
  readonly policy: 'abort' | 'continue';
  readonly address: number;
}

export interface Transfer {
  readonly bytes: number;
  readonly from: number;
  readonly to: number;
  /** Most beats of a burst, 1 to 256. */
  readonly longest: number;
  readonly errors: readonly TransferError[];
}

/** A list that cannot be read. One line: the file, the line, and what belongs there. */
export class TransferListError extends UserError {
  override readonly name = 'TransferListError';
}

const MOST = 2 ** 32 - 1;

/** @throws TransferListError */
export function parseTransfers(text: string, file: string): readonly Transfer[] {
  const words = text.split('\n').map((word) => word.trim());
  while (words.at(-1) === '') words.pop();
  let at = 0;
  const next = (what: string, pattern: RegExp): string => {
    const word = words[at++];
    if (word !== undefined && pattern.test(word)) return word;
    throw new TransferListError(
      `line ${at} of ${file} is ${word === undefined ? 'missing' : `'${word}'`}; give ${what}`,
    );
  };
  const number = (what: string, least: number, most: number): number => {
    const value = Number(next(what, /^(\d+|0x[\da-f]+)$/i));
    if (value >= least && value <= most) return value;
    throw new TransferListError(`line ${at} of ${file} is ${value}; give ${what} from ${least} to ${most}`);
  };
  const errorOf = (): TransferError => {
    const [on = '', policy = ''] = next('r or w, c or a, and an address', /^[rw][ca]0x[\da-f]{1,8}$/i).toLowerCase();
    return {
      on: on === 'r' ? 'read' : 'write',
      policy: policy === 'a' ? 'abort' : 'continue',
      address: Number((words[at - 1] ?? '').slice(2)),
    };
  };
  const transfers: Transfer[] = [];
  while (at < words.length) {
    const bytes = number('a length', 0, MOST);
    const [from, to] = [number('an address', 0, MOST), number('an address', 0, MOST)];
    for (const side of ['source', 'destination']) number(`the protocol of the ${side}, AXI4`, 0, 0);
    const longest = Math.min(number('beats of a burst', 1, 256), number('beats of a burst', 1, 256));
    for (let flag = 0; flag < 2; flag++) number('a flag', 0, 1);
    const errors = Array.from({ length: number('how many errors follow', 0, words.length) }, errorOf);
    transfers.push({ bytes, from, to, longest, errors });
  }
  return transfers;
}
