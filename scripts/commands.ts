/**
 * The commands of the command line. A command's module, and the simulator behind it, is loaded when the command is
 * given: who asks for help or the version waits for none of them.
 */
import { command, type Command } from './command.ts';

export const commands: readonly Command[] = [
  command({
    name: 'matmul',
    describe: 'multiply two matrices on the simulated NPU',
    load: async () => (await import('./matmul.ts')).matmulCommand,
  }),
  command({
    name: 'run <model>',
    describe: 'run a network from its file on the simulated NPU, layer by layer',
    load: async () => (await import('./run-model.ts')).runCommand,
  }),
  command({
    name: 'compile <model>',
    describe: 'compile a network to a file that run and verilog take',
    load: async () => (await import('./compile.ts')).compileCommand,
  }),
  command({
    name: 'sweep [step]',
    describe: 'run products on many NPUs, and compare these',
    load: async () => (await import('./sweep.ts')).sweepCommand,
  }),
  command({
    name: 'report <file>',
    describe: 'show a run or a sweep that was kept, as text or as a page',
    load: async () => (await import('./report-command.ts')).reportCommand,
  }),
  command({
    name: 'compare <files..>',
    describe: 'say what differs between runs or sweeps that were kept, and by how much',
    load: async () => (await import('./compare.ts')).compareCommand,
  }),
  command({
    name: 'info',
    describe: "show an NPU's configuration, hierarchy and bits of state",
    load: async () => (await import('./info.ts')).infoCommand,
  }),
  command({
    name: 'replay <file>',
    describe: 'run the case in which a property failed once more',
    load: async () => (await import('./replay.ts')).replayCommand,
  }),
  command({
    name: 'verilog',
    describe: 'write the NPU as Verilog, with a testbench if wanted',
    load: async () => (await import('./verilog.ts')).verilogCommand,
  }),
  command({
    name: 'synth',
    describe: "count the NPU's cells, flip-flops and memory bits with Yosys",
    load: async () => (await import('./synth.ts')).synthCommand,
  }),
  command({
    name: 'test [pattern]',
    describe: "run the project's tests with seeds and waves, by its own Vitest",
    load: async () => (await import('./test.ts')).testCommand,
  }),
  command({
    name: 'wave <file> [other]',
    describe: 'draw signals of a .vcd or .fst file in the terminal, or compare two files',
    load: async () => (await import('./wave.ts')).waveCommand,
  }),
];
