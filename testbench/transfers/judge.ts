/** What must have become of a transfer, byte by byte. */
import type { Outcome } from './board.ts';
import type { Transfer } from './list.ts';
import type { SparseMemory } from './memory.ts';

/** A transfer that did something else than its list says. */
export class TransferFailure extends Error {
  override readonly name = 'TransferFailure';
}

/**
 * Judges a transfer, and does to `model`, the memory as it was, what the transfer has to do: of one that was given up,
 * what it did before, which `memory` says, and which must be bytes of the source.
 * @throws TransferFailure
 */
export function judge(
  transfer: Transfer,
  outcome: Outcome,
  {
    memory,
    model,
    busBytes,
  }: { readonly memory: SparseMemory; readonly model: SparseMemory; readonly busBytes: number },
): void {
  const { bytes, from, to, errors } = transfer;
  const fail = (what: string): never => {
    throw new TransferFailure(`${bytes} bytes from 0x${from.toString(16)} to 0x${to.toString(16)}: ${what}`);
  };
  const beat = (address: number): number => address - (address % busBytes);
  const beatsOf = (on: 'read' | 'write', at: number): number[] => {
    const touched = errors.filter((error) => error.on === on).map(({ address }) => beat(address));
    const offset = (one: number): number => (one - beat(at)) >>> 0;
    const inside = touched.filter((one) => bytes > 0 && offset(one) < (at % busBytes) + bytes);
    return [...new Set(inside)].sort((a, b) => offset(a) - offset(b));
  };
  const bad = { reads: beatsOf('read', from), writes: beatsOf('write', to) };
  const aborts = (on: 'read' | 'write'): boolean =>
    errors.some((error) => error.on === on && error.policy === 'abort') &&
    (on === 'read' ? bad.reads : bad.writes).length > 0;
  const givenUp = aborts('read') || aborts('write');

  // Errors: each is told once, those of an aborted job as far as it came.
  const same = (a: readonly number[], b: readonly number[]): boolean => a.join() === b.join();
  const { reads, writes, refused, fault, faultAddress, late } = outcome;
  if (!same(writes, refused)) fail(`the memory refused bursts at ${refused.join()}; told were ${writes.join()}`);
  // A beat that two pieces of a transfer share is read, and told, once for each.
  const told = reads.filter((beat, at) => beat !== reads[at - 1]);
  if (!same(told, givenUp ? bad.reads.slice(0, told.length) : bad.reads))
    fail(`beats at ${bad.reads.join()} fail; told were ${reads.join()}`);
  if (late > 1) fail(`${late} beats were written after it was given up`);
  const expected =
    bytes === 0 ? ['zeroLength'] : reads.length + writes.length === 0 ? ['none'] : ['busRead', 'busWrite'];
  if (!expected.includes(fault)) fail(`its fault is ${fault}`);
  if (fault === 'busRead' && ((reads[0] ?? 0) - faultAddress) >>> 0 >= 4096)
    fail(`its fault is at ${faultAddress}, not in the burst of ${reads[0]}`);
  if (fault === 'busWrite' && faultAddress !== writes[0]) fail(`its fault is at ${faultAddress}, not at ${writes[0]}`);

  // Bytes. The source is read as it was.
  const source = Array.from({ length: bytes }, (_, i) =>
    bad.reads.includes(beat((from + i) >>> 0)) ? 0 : model.read(from + i),
  );
  const firstBad = aborts('read') ? ((bad.reads[0] ?? 0) - beat(from)) >>> 0 : Infinity;
  source.forEach((byte, i) => {
    const at = (to + i) >>> 0;
    if (bad.writes.includes(beat(at))) return;
    if (!givenUp) return model.write(at, byte);
    const found = memory.read(at);
    if (found === model.read(at)) return;
    if (found !== byte || i + (from % busBytes) >= firstBad)
      fail(`0x${at.toString(16)} is ${found} after it was given up`);
    model.write(at, byte);
  });
}
