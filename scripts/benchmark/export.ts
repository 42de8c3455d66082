/** A subject as files on disk for other tools. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { writeVerilog, type Verilog } from '../../hdl/verilog/index.ts';
import { BenchError } from './contender.ts';
import type { Subject } from './subject.ts';

export interface Exported {
  readonly folder: string;
  readonly verilog: Verilog;
  /** What contains the memory: its module, and the path of instances and memory as the Verilog calls them. */
  readonly dram: { readonly module: string; readonly memory: string; readonly path: readonly string[] } | null;
}

/** Writes the Verilog into a folder, which it makes. */
export function exportSubject({ design, dram }: Subject, folder: string): Exported {
  const verilog = writeVerilog(design);
  mkdirSync(folder, { recursive: true });
  for (const [name, text] of verilog.files) writeFileSync(join(folder, name), text);
  if (dram === null) return { folder, verilog, dram: null };
  const name = dram.path.at(-1) ?? '';
  const holder = [...verilog.modules.values()].filter(({ memories }) => memories.has(name));
  const [only] = holder;
  if (only === undefined || holder.length > 1) throw new BenchError(`${holder.length} modules have a memory ${name}`);
  const memory = only.memories.get(name) ?? name;
  return { folder, verilog, dram: { module: only.name, memory, path: [...dram.path.slice(0, -1), memory] } };
}
