/**
 * Watches an NPU from its ports and the handshakes of its units, in every cycle: recounts every counter, and holds
 * every read of a register, every answer to a write, the interrupt, every command that is fetched and every one that is
 * issued against models which share nothing with the hardware's description.
 */
import type { Simulator } from '../../hdl/sim/index.ts';
import type { NpuConfig } from '../../npu/config.ts';
import type { IssuedJob } from '../../npu/matrix/description.ts';
import { matrixEngineOf } from '../../npu/matrix/engines.ts';
import { DispatchModel, unitNames } from './dispatch-model.ts';
import { FetchModel } from './fetch-model.ts';
import { RegisterModel, type Events, type Write } from './register-model.ts';

/** The NPU does not do what its registers and commands are defined to. */
class MonitorError extends Error {
  override readonly name = 'MonitorError';
}

const ARITHMETIC = 9;
const bankOf = (address: number): number => Math.floor(address / 2 ** 16);

/**
 * Checks the NPU that is the instance `npu` of the design's top from now on. @throws MonitorError out of the
 * simulation's step, in the cycle that breaks a rule
 */
export function monitorNpu(sim: Simulator, config: NpuConfig): void {
  const signal = (path: string) => sim.signal(path);
  const level = (path: string): (() => boolean) => {
    const found = signal(path);
    return () => found.get() !== 0n;
  };
  const number = (path: string): (() => number) => {
    const found = signal(path);
    return () => Number(found.get());
  };
  const fires = (stream: string): (() => boolean) => {
    const [valid, ready] = [level(`${stream}_valid`), level(`${stream}_ready`)];
    return () => valid() && ready();
  };

  const top = sim.design.modules.find(({ name }) => name === sim.design.top);
  const resets = new Set(top?.clocks.map(({ reset }) => reset).filter((name) => name !== null));
  const inReset = [...resets].map(level);
  const lite = {
    aw: fires('npu.lite_aw'),
    awAddress: number('npu.lite_aw_payload_addr'),
    data: number('npu.lite_w_payload_data'),
    strobes: number('npu.lite_w_payload_strb'),
    ar: fires('npu.lite_ar'),
    arAddress: number('npu.lite_ar_payload_addr'),
    b: level('npu.lite_b_valid'),
    bResp: number('npu.lite_b_payload_resp'),
    r: level('npu.lite_r_valid'),
    rData: number('npu.lite_r_payload_data'),
    rResp: number('npu.lite_r_payload_resp'),
    irq: level('npu.irq'),
  };
  const bus = {
    r: fires('npu.r'),
    id: level('npu.r_payload_id'),
    data: signal('npu.r_payload_data'),
    resp: number('npu.r_payload_resp'),
    last: level('npu.r_payload_last'),
    w: fires('npu.w'),
    strobes: signal('npu.w_payload_strb'),
    b: fires('npu.b'),
    written: number('npu.b_payload_resp'),
    asks: level('npu.fetch.ar_valid'),
    asked: level('npu.fetch.ar_ready'),
    address: number('npu.fetch.ar_payload_addr'),
    len: number('npu.fetch.ar_payload_len'),
  };
  const command = {
    valid: level('npu.dispatch.command_valid'),
    ready: level('npu.dispatch.command_ready'),
    word: signal('npu.dispatch.command_payload'),
  };
  const units = unitNames.map((name) => ({
    valid: level(`npu.${name}.job_valid`),
    ready: level(`npu.${name}.job_ready`),
    done: level(`npu.${name}.done`),
    fault: number(`npu.${name}.fault`),
    address: name === 'load' || name === 'store' ? number(`npu.${name}.faultAddress`) : () => 0,
    goesOn: name === 'load' || name === 'store' ? level(`npu.${name}.goesOn`) : () => false,
  }));
  const ofJob = (field: string): (() => number) => number(`npu.matrix.job_payload_${field}`);
  const job = {
    dataflow: ofJob('dataflow'),
    a: ofJob('a'),
    b: ofJob('b'),
    m: ofJob('m'),
    n: ofJob('n'),
    k: ofJob('k'),
  };
  const { timing } = matrixEngineOf(config).description;
  /** The engine's jobs that have not ended, and until when those that have made it active. */
  let [matrixJobs, times, activeUntil]: [IssuedJob[], ReturnType<typeof timing>, number] = [[], timing(config), -1];
  const wrapped = { sums: level('npu.accumulator.overflow'), shifts: level('npu.vector.wrapped') };

  const issuedJob = (): IssuedJob => ({
    shape: { m: job.m(), n: job.n(), k: job.k() },
    dataflow: job.dataflow() === 1 ? 'os' : 'ws',
    a: job.a(),
    b: job.b(),
    issued: sim.cycle,
  });
  /** For how long the oldest job made the engine active beside those before, now that it ends with `fault`. */
  const activeCycles = (fault: number): number => {
    const ends = matrixJobs.shift();
    if (ends === undefined) throw new Error('the matrix engine ends a job that it does not have');
    const { shape, a, b } = ends;
    // A refused job is not at work at all.
    if (fault === ARITHMETIC || shape.m * shape.n * shape.k === 0 || bankOf(a) === bankOf(b)) return 0;
    const { first, last } = times(ends);
    const cycles = last - Math.max(first, activeUntil + 1) + 1;
    activeUntil = last;
    return cycles;
  };

  const [dispatch, fetch, registers] = [
    new DispatchModel(),
    new FetchModel(config.busBytes),
    new RegisterModel(config),
  ];
  let reading: { readonly name: string; readonly data: number; readonly resp: number } | null = null;
  let answer: number | null = null;
  /** Whether a burst of the store at work came back with an error. */
  let storeFailed = false;
  let offered: bigint | null = null;
  const expectEqual = (what: string, found: number, expected: number): void => {
    if (found !== expected) throw new MonitorError(`cycle ${sim.cycle}: ${what} is ${found}, not ${expected}`);
  };

  const look = (): void => {
    expectEqual('irq', Number(lite.irq()), Number(registers.irq));
    if (reading !== null && lite.r()) {
      // While the array is at work, its cycles so far are in no job yet that has ended.
      if (reading.name !== 'arrayActive' || dispatch.running[2] === false)
        expectEqual(reading.name, lite.rData(), reading.data);
      expectEqual(`the response to a read of ${reading.name}`, lite.rResp(), reading.resp);
      reading = null;
    }
    if (answer !== null && lite.b()) {
      expectEqual('the response to a write', lite.bResp(), answer);
      answer = null;
    }

    const { enable } = registers;
    // A command that waits stays as it is: a rule of streams, which has monitors of its own.
    offered = command.valid() ? (offered ?? command.word.get()) : null;
    const taken = offered !== null && command.ready();
    const r = bus.r();
    const beat = r && bus.id() ? { data: bus.data.get(), bad: bus.resp() >= 2, last: bus.last() } : null;
    if (bus.w() && bus.strobes.get() === 0n && !storeFailed)
      throw new MonitorError(`cycle ${sim.cycle}: a beat of a store that nothing was wrong with writes nothing`);
    if (units[1]?.done() === true) storeFailed = false;
    if (bus.b() && bus.written() >= 2) storeFailed = true;
    const { running } = dispatch;
    const seen = units.map(({ valid, ready, done, fault, address, goesOn }, unit) => {
      const ends = running[unit] === true && done();
      return {
        ready,
        issued: valid() && ready(),
        done: ends,
        fault: ends ? fault() : 0,
        address: ends ? address() : 0,
        goesOn: ends && goesOn(),
      };
    });
    const matrix = seen[2];
    const arrayActive = matrix?.done === true ? activeCycles(matrix.fault) : 0;
    if (matrix?.issued === true) matrixJobs.push(issuedJob());
    const now = {
      running,
      waiting: dispatch.waiting(enable),
      idle: dispatch.isIdle && offered === null,
      fetchFailed: fetch.failed,
    };
    fetch.take({
      enable,
      ring: registers.ring,
      asks: bus.asks() ? { address: bus.address(), beats: bus.len() + 1, taken: bus.asked() } : null,
      beat,
      offered,
      taken,
    });
    const events: Events = {
      ...now,
      ...dispatch.take({ enable, offered, taken, units: seen }),
      commandTaken: taken,
      readBeat: r,
      writeBeat: bus.w(),
      readError: r && !bus.id() && bus.resp() >= 2,
      writeError: bus.b() && bus.written() >= 2,
      arrayActive,
      overflow: Number(wrapped.sums()) + 2 * Number(wrapped.shifts()),
    };
    if (lite.ar()) reading = registers.read(lite.arAddress(), events);
    const write: Write | null = lite.aw()
      ? { address: lite.awAddress(), data: lite.data(), strobes: lite.strobes() }
      : null;
    const resp = registers.take(events, write);
    if (write !== null) answer = resp;
    if (taken) offered = null;
  };

  const told = (error: unknown): MonitorError =>
    error instanceof MonitorError
      ? error
      : new MonitorError(`cycle ${sim.cycle}: ${error instanceof Error ? error.message : String(error)}`, {
          cause: error,
        });
  sim.trace({ scope: 'npu.irq' }).onSample(() => {
    if (inReset.some((high) => high())) {
      for (const model of [dispatch, fetch, registers]) model.reset();
      [matrixJobs, times, activeUntil] = [[], timing(config), -1];
      [reading, answer, offered, storeFailed] = [null, null, null, false];
      return;
    }
    try {
      look();
    } catch (error) {
      throw told(error);
    }
  });
}
