/** Explains a hang: which streams wait for what, and the states that machines are in. */
import { namesOf, walkScopes, topScope, type Scope } from './hierarchy.ts';
import type { Library } from './library.ts';
import { targetOf, type Target } from './paths.ts';
import { showValue } from './values.ts';

const mostLines = 20;

/**
 * Lines such as `dma.read: valid, waits for ready`, then `dma.state = copy`, then idle consumers,
 * `dma.write: ready, waits for valid`. Blocked producers are named at their outputs and consumers at their inputs; the
 * top module's own streams at either.
 */
export function describeWaits(library: Library, read: (target: Target) => bigint): string[] {
  const blocked: string[] = [];
  const states: string[] = [];
  const idle: string[] = [];
  for (const scope of walkScopes(library, topScope(library))) {
    const top = scope.parent === null;
    for (const stream of scope.view.module.streams) {
      const valid = level(scope, stream.valid, read);
      const ready = level(scope, stream.ready, read);
      const name = [...namesOf(scope).slice(1), stream.name].join('.');
      if (valid && !ready && (top || stream.direction === 'out')) blocked.push(`${name}: valid, waits for ready`);
      if (ready && !valid && (top || stream.direction === 'in')) idle.push(`${name}: ready, waits for valid`);
    }
    for (const [name, signal] of scope.view.signals) {
      if (signal.kind !== 'register' || signal.type.kind !== 'enum') continue;
      states.push(
        `${[...namesOf(scope).slice(1), name].join('.')} = ${showValue(signal.type, read(targetOf(scope, name, signal)))}`,
      );
    }
  }
  const lines = [...blocked, ...states, ...idle];
  return lines.length <= mostLines
    ? lines
    : [...lines.slice(0, mostLines - 1), `… and ${lines.length - mostLines + 1} more`];
}

function level(scope: Scope, port: string, read: (target: Target) => bigint): boolean {
  const signal = scope.view.signals.get(port);
  return signal !== undefined && read(targetOf(scope, port, signal)) !== 0n;
}
