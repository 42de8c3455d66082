/**
 * What a command's exit status and its last words on stderr are. It knows all that may fail, the whole simulator, and
 * is loaded when something does.
 */
import { CheckError, HangError } from '../hdl/sim/index.ts';
import { YosysMissingError } from '../hdl/verilog/yosys/tool.ts';
import { ConfigError } from '../npu/config.ts';
import { AssemblyError } from '../npu/isa/assembler.ts';
import { JobError, ShapeError } from '../npu/compiler/errors.ts';
import { NetworkError } from '../npu/graph/error.ts';
import { DifferenceError } from '../testbench/kit/property.ts';
import { CaseError } from '../testbench/kit/replay.ts';
import { NpuError } from '../testbench/run.ts';
import { PlanError } from '../testbench/sweep/plan.ts';
import { WaveformError } from '../waveforms/index.ts';
import { Interruption } from './interruption.ts';
import { missingPackage } from './missing-package.ts';
import { exitStatus, RunError, UsageError } from './failure.ts';

const isOneOf = (error: unknown, kinds: readonly (abstract new (...args: never[]) => Error)[]): error is Error =>
  kinds.some((kind) => error instanceof kind);

/** One line for bad input, the whole message for hardware that went wrong, the stack for everything else. */
export function describeFailure(error: unknown): { readonly status: number; readonly text: string } {
  if (error instanceof RunError) {
    const { status, text } = describeFailure(error.cause);
    return { status, text: [text, ...error.lines].join('\n') };
  }
  if (error instanceof Interruption) return { status: error.status, text: `systole: ${error.message}` };
  const input = [
    UsageError,
    ConfigError,
    JobError,
    ShapeError,
    NetworkError,
    WaveformError,
    CaseError,
    AssemblyError,
    PlanError,
    YosysMissingError,
  ];
  if (isOneOf(error, input)) {
    return { status: exitStatus.usage, text: `systole: ${error.message.replaceAll(/\s*\n\s*/g, ' ')}` };
  }
  if (isOneOf(error, [CheckError, DifferenceError, HangError, NpuError]))
    return { status: exitStatus.failed, text: `systole: ${error.message}` };
  const missing = missingPackage(error);
  if (missing !== null) return { status: exitStatus.usage, text: `systole: ${missing}` };
  const stack = error instanceof Error ? (error.stack ?? error.message) : String(error);
  return { status: exitStatus.bug, text: `systole: internal error, please report it\n${stack}` };
}
