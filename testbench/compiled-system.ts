/** Systems that are compiled once and run many programs. */
import { elaborate } from '../hdl/index.ts';
import { compile, type CompiledDesign, type EngineName } from '../hdl/sim/index.ts';
import type { NpuConfig } from '../npu/config.ts';
import { System, type MemoryOptions } from './system.ts';

/** What a system is made of beside its NPU. */
export interface SystemOptions {
  readonly engine?: EngineName | undefined;
  readonly monitors?: boolean | undefined;
  readonly errors?: MemoryOptions['errors'];
}

/** A system whose memory is as `memory` says: for one program, or to be exported. */
export function builtInSystem(
  config: NpuConfig,
  bytes: number,
  memory: Omit<MemoryOptions, 'bytes'>,
  options: Omit<SystemOptions, 'errors'> = {},
): CompiledDesign {
  const { engine = 'wasm', monitors = false } = options;
  return compile(elaborate(System(config, { ...memory, bytes }), { monitors }), { engine });
}

/** Designs that are kept: whoever compares a few configurations changes between them. */
const KEPT = 8;
const LEAST_BYTES = 2 ** 16;

/** The latest used last. */
const known = new Map<string, CompiledDesign>();

/**
 * A system for programs whose memory takes up to `bytes` bytes, a power of two of them. Its memory is tunable:
 * `tuneMemory` says how large it is in a run, how long it takes and when it stalls.
 */
export function compiledSystem(config: NpuConfig, bytes: number, options: SystemOptions = {}): CompiledDesign {
  const { engine = 'wasm', monitors = false, errors = [] } = options;
  const room = Math.max(LEAST_BYTES, 2 ** Math.ceil(Math.log2(bytes)));
  const key = JSON.stringify([config, room, engine, monitors, errors]);
  const system =
    known.get(key) ??
    compile(elaborate(System(config, { bytes: room, errors, tunable: true }), { monitors }), { engine });
  known.delete(key);
  known.set(key, system);
  for (const [oldest] of [...known].slice(0, Math.max(0, known.size - KEPT))) known.delete(oldest);
  return system;
}
