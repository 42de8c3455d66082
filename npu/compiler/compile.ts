/**
 * From operations on named tensors to a program, layer by layer: what is asked for is resolved and checked, each
 * product cut into tiles, scheduled on local memory that is allocated for it, the steps of all of them ordered by
 * semaphores, tensors placed in DRAM, and all of it written as commands and as an image.
 */
import type { NpuConfig } from '../config.ts';
import { LocalMemory } from './allocator.ts';
import { choosePlan } from './choose.ts';
import type { Computation } from './computation.ts';
import { Cost } from './cost.ts';
import { finish } from './finish.ts';
import { checkOptions, type Program, type ProgramOptions } from './program.ts';
import { inPitches } from './pitches.ts';
import { resolve } from './resolve.ts';
import { stepsOf, timedSchedule } from './schedule.ts';
import { withPitch } from './tensor.ts';

/**
 * A program that does all operations; what one makes and another one takes goes through DRAM. The program has been
 * checked for commands that nothing orders (hazards.ts).
 * @throws JobError for a part that is not what it must be; ShapeError where shapes do not agree, local memories are too
 * small for any tile, or the program would not fit the memory.
 */
export function compileProgram(config: NpuConfig, computation: Computation, options: ProgramOptions = {}): Program {
  checkOptions(options);
  const { products, tensors, data } = resolve(config, computation);
  const memory = new LocalMemory(config);
  const cost = new Cost(config, options.memory?.latency);
  const chosen = products.map((product) => {
    const choice = choosePlan(config, product, cost);
    const schedule = choice.schedule ?? timedSchedule(config, product, choice, cost);
    return { product: inPitches(config, product, choice.plan.tile), ...choice, ...schedule };
  });
  const steps = chosen.flatMap(({ buffering, scheduled }) => stepsOf(memory, buffering, scheduled));
  const schedules = Object.fromEntries(
    chosen.map(({ product: { c, turned }, plan, buffering, scheduled, spans, cycles }) => [
      c.name,
      { turned, plan, buffering, works: scheduled, spans, cycles },
    ]),
  );
  const pitches = new Map(
    chosen.flatMap(({ product: { a, b, c } }) => [a.tensor, b.tensor, c].map(({ name, pitch }) => [name, pitch])),
  );
  const spaced = tensors.map((tensor) => withPitch(tensor, pitches.get(tensor.name)));
  return finish(config, steps, { tensors: spaced, data, schedules }, options).program;
}
