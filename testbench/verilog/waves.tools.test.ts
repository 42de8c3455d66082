/**
 * Two files of waves of one run: ours, and the one that Icarus records of the exported system. Every signal, in every
 * cycle.
 */
import { execFileSync } from 'node:child_process';
import { appendFileSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import type { Design } from '../../hdl/ir/types.ts';
import type { EngineName } from '../../hdl/sim/index.ts';
import type { TraceSource } from '../../hdl/sim/trace.ts';
import { signalPaths, writeVerilog } from '../../hdl/verilog/index.ts';
import { npuConfig, type NpuConfig } from '../../npu/config.ts';
import type { MatmulJob } from '../../npu/compiler/job.ts';
import { readVcd, type VcdChange, type VcdContents } from '../../waveforms/read/read.ts';
import { needs } from '../../waveforms/testing/tools.ts';
import { variablesOf } from '../../waveforms/variables.ts';
import { writeVcd } from '../../waveforms/vcd/write.ts';
import { runMatmul } from '../run.ts';
import { BENCH } from './bench.ts';
import { exportSystem } from './export.ts';

/** A variable's value as time goes on; null where bits are unknown. */
class History {
  readonly #changes: readonly VcdChange[];
  #next = 0;
  #value: bigint | null = null;

  constructor(changes: readonly VcdChange[]) {
    this.#changes = changes;
  }

  /** Times must rise from call to call. */
  at(time: number): bigint | null {
    for (; (this.#changes[this.#next]?.time ?? Infinity) <= time; this.#next++) {
      const change = this.#changes[this.#next];
      this.#value = change === undefined || change.unknown !== 0n ? null : change.value;
    }
    return this.#value;
  }
}

/** Path in the file → what tells its history. Variables that are one thing in the file have histories of their own. */
function histories({ variables, changes }: VcdContents): ReadonlyMap<string, () => History> {
  const byId = new Map<string, VcdChange[]>();
  for (const change of changes) {
    const own = byId.get(change.id);
    if (own === undefined) byId.set(change.id, [change]);
    else own.push(change);
  }
  return new Map(variables.map(({ path, id }) => [path, () => new History(byId.get(id) ?? [])]));
}

interface Pair {
  readonly path: string;
  readonly ours: History;
  readonly theirs: History;
  readonly low: number;
  readonly width: number;
}

/**
 * Our variables that the Verilog has under a name of its own, elements of vectors among them. @throws RangeError where
 * a file lacks one.
 */
function pairs(
  trace: TraceSource,
  names: ReadonlyMap<string, string>,
  ours: VcdContents,
  theirs: VcdContents,
): readonly Pair[] {
  const [here, there] = [histories(ours), histories(theirs)];
  return variablesOf(trace).flatMap(({ signal, path, scope, name, low, type }): Pair[] => {
    const traced = trace.signals[signal];
    const verilog = names.get([...(traced?.scope ?? []), traced?.name ?? ''].join('.'));
    if (verilog === undefined) return [];
    const [own, other] = [here.get([...scope, name].join('.')), there.get(`${BENCH}.dut.${verilog}`)];
    if (own === undefined || other === undefined) throw new RangeError(`no waves of ${path}, ${verilog} in Verilog`);
    return [{ path, ours: own(), theirs: other(), low, width: type.width }];
  });
}

/**
 * Our clock ticks every 2 units, and values hold from an edge on; that of the bench every 10, first at 5, and its
 * inputs change halfway.
 */
const OURS = { period: 2, settled: 1 };
const THEIRS = { period: 10, settled: 4 };
/** Before this cycle the bench drives inputs that our host leaves alone. */
const FIRST = 2;

function firstDifference(found: readonly Pair[], cycles: number): string | null {
  for (let cycle = FIRST; cycle < cycles; cycle++) {
    for (const { path, ours, theirs, low, width } of found) {
      const [own, other] = [
        ours.at(OURS.period * cycle + OURS.settled),
        theirs.at(THEIRS.period * cycle + THEIRS.settled),
      ];
      const part = other === null ? null : BigInt.asUintN(width, other >> BigInt(low));
      if (own === null || part !== own)
        return `cycle ${cycle}: ${path} is ${String(own)}, but ${String(part)} in Icarus`;
    }
  }
  return null;
}

/** Runs the product and writes its waves. */
function record(
  path: string,
  config: NpuConfig,
  job: MatmulJob,
  engine: EngineName,
): { readonly design: Design; readonly trace: TraceSource } {
  let close = (): void => undefined;
  let trace: TraceSource | undefined;
  const { sim } = runMatmul(config, job, {
    engine,
    builtIn: true,
    onStart: (started) => {
      trace = started.trace();
      const writer = writeVcd(trace, path);
      close = () => void writer.close();
    },
  });
  close();
  if (trace === undefined) throw new Error('the run did not start');
  return { design: sim.design, trace };
}

const icarus = needs('iverilog', 'vvp');
describe.skipIf(icarus.skip)(`Our waves and those of Icarus${icarus.note}`, () => {
  test.each([
    ['ws', 'wasm'],
    ['os', 'reference'],
  ] as const)('say the same of a run, %s, %s engine', async (dataflow, engine) => {
    const config = npuConfig({ rows: 2, cols: 3, busBytes: 4, scratchpadBytes: 2048, accumulatorBytes: 512 });
    const [m, k, n] = [3, 3, 4];
    const job = {
      dataflow,
      m,
      k,
      n,
      a: Int8Array.from({ length: m * k }, (_, i) => i * 37),
      b: Int8Array.from({ length: k * n }, (_, i) => i * 91),
    };
    const folder = mkdtempSync(join(tmpdir(), 'systole-waves-'));
    try {
      const [our, their] = [join(folder, 'ours.vcd'), join(folder, 'icarus.vcd')];
      const { design, trace } = record(our, config, job, engine);
      for (const [name, text] of exportSystem(config, job).files) writeFileSync(join(folder, name), text);
      writeFileSync(
        join(folder, 'dump.sv'),
        `module dump; initial begin $dumpfile("icarus.vcd"); $dumpvars(0, ${BENCH}.dut); end endmodule\n`,
      );
      const out = execFileSync(
        'sh',
        ['-c', `iverilog -g2012 -o all.vvp -s ${BENCH} -s dump -f files.f dump.sv && vvp -n all.vvp`],
        { cwd: folder, encoding: 'utf8' },
      );
      expect(out).toContain('PASS');
      // The reader wants a file to say where it ends, which Icarus does not.
      appendFileSync(their, '#99999999\n');

      const [ours, theirs] = [await readVcd(our), await readVcd(their)];
      const names = new Map([...signalPaths(design, writeVerilog(design))].map(({ path, verilog }) => [path, verilog]));
      const found = pairs(trace, names, ours, theirs);
      // The bench stops after two of the host's reads.
      const cycles = Math.min(ours.end / OURS.period, Math.floor((theirs.changes.at(-1)?.time ?? 0) / THEIRS.period));
      expect(found.length).toBeGreaterThan(1000);
      expect(cycles).toBeGreaterThan(100);
      expect(firstDifference(found, cycles)).toBeNull();
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
});
