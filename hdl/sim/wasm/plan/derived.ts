import type { Type } from '../../../ir/types.ts';
import type { FlatId, Storage } from '../flat/types.ts';
import type { Helper } from '../helpers/index.ts';
import type { Context } from './context.ts';
import type { Keepable, Kernel } from './pass.ts';

/** A context with some things seen otherwise; it shares what is written with the one that it is made from. */
export class DerivedContext implements Context {
  readonly flat: Context['flat'];
  readonly groups: Context['groups'];
  readonly early: Context['early'];
  readonly quiet: Context['quiet'];
  private readonly base: Context;

  constructor(base: Context, seen: Partial<Pick<Context, 'flat' | 'groups' | 'early' | 'quiet'>>) {
    this.base = base;
    ({
      flat: this.flat,
      groups: this.groups,
      early: this.early,
      quiet: this.quiet,
    } = {
      flat: base.flat,
      groups: base.groups,
      early: base.early,
      quiet: base.quiet,
      ...seen,
    });
  }

  get slices(): Context['slices'] {
    return this.base.slices;
  }
  get edges(): Context['edges'] {
    return this.base.edges;
  }
  get noteFailures(): boolean {
    return this.base.noteFailures;
  }
  get checks(): Context['checks'] {
    return this.base.checks;
  }

  conflict(item: Keepable): void {
    this.base.conflict(item);
  }
  constant(type: Type, pattern: bigint): number {
    return this.base.constant(type, pattern);
  }
  slot(id: FlatId): number {
    return this.base.slot(id);
  }
  temporary(size: number): number {
    return this.base.temporary(size);
  }
  portStorage(port: FlatId): Storage {
    return this.base.portStorage(port);
  }
  helper(name: Helper): number {
    return this.base.helper(name);
  }
  idleFlag(): number {
    return this.base.idleFlag();
  }
  groupKernel(key: string): Kernel {
    return this.base.groupKernel(key);
  }
}
