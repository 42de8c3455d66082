/**
 * Waveforms of a running simulation: VCD and FST files, saved GTKWave views, drawings in text. Everything here sees a
 * simulation only as a trace (`hdl/sim/trace.ts`).
 */
export { Activity } from './activity.ts';
export { cycleAt, cycleClock } from './clocks.ts';
export { WaveformError } from './error.ts';
export { openWaves, type WaveFiles, type WaveOptions, type WaveWriter } from './waves.ts';
export { involvedSignals, type Ending } from './ending.ts';
export { withMemories, type MemoryRange, type ReadableMemory } from './memories.ts';
export { LastCycles } from './last-cycles.ts';
export type { Stretch } from './recording.ts';
export { writeVcd, type VcdWriter, type WaveSummary } from './vcd/write.ts';
export type { Held, VcdOptions } from './vcd/stream.ts';
export type { Timescale } from './vcd/header.ts';
export type { Window } from './vcd/window.ts';
export { writeFst, type FstWriter } from './fst/write.ts';
export { writeGtkw } from './gtkw/write.ts';
export { defaultView } from './gtkw/default-view.ts';
export type { Colour, Format, Marker, View, ViewGroup, ViewSignal } from './gtkw/view.ts';
export { recordText, type DrawOptions, type TextOptions, type TextWave } from './text/record.ts';
