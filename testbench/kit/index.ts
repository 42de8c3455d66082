/** A kit for testbenches of any design: benches and the ends of streams, buses, properties. */
export { AxiChecker, watch, type AxiCheckerOptions } from './axi/checker.ts';
export {
  AxiManager,
  type AxiBeat,
  type AxiManagerOptions,
  type AxiRead,
  type AxiResponse,
  type AxiWrite,
} from './axi/manager.ts';
export { LiteManager, type LiteAccess, type LiteOptions, type LiteRead } from './axi/lite.ts';
export { LiteChecker, watchLite, type LiteCheckerOptions } from './axi/lite-checker.ts';
export { AxiMemory, type AxiMemoryOptions, type ErrorRange } from './axi/memory.ts';
export {
  serveReads,
  serveWrites,
  type AxiBurst,
  type AxiReads,
  type AxiSubordinateOptions,
  type AxiWrites,
} from './axi/subordinate.ts';
export { tuneMemory, type MemorySettings } from './axi/settings.ts';
export { Bench, type BenchOptions, type Levels } from './bench.ts';
export { testSeed } from './environment.ts';
export { BenchError } from './error.ts';
export type { Given, Read } from './payload.ts';
export { randomOf, seedOf } from './random.ts';
export {
  rhythm,
  StreamMonitor,
  StreamSink,
  StreamSource,
  type EndOptions,
  type Pace,
  type Part,
  type PushOptions,
  type SinkOptions,
  type Stall,
  type Transfer,
} from './stream.ts';
export { RegisterError, RegisterHost, type RegisterMap, type RegisterOptions, type RegisterSpec } from './registers.ts';
export {
  checkProperty,
  checkSame,
  DifferenceError,
  PropertyError,
  type CaseFile,
  type Property,
  type PropertyOptions,
  type Replay,
  type Watched,
} from './property.ts';
export { CaseError, replay } from './replay.ts';
export { endingOf, recordLast, type LastRecording, type Left, type RecordLastOptions } from './watched/index.ts';
