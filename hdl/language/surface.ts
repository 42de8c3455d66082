/**
 * The one place where the run-time objects take on the types that designers see. The interfaces of types.ts carry
 * widths, labels and a call signature that exist only for the compiler, so no check at run time could justify the step;
 * that an object has what its interface promises is what the tests of this folder are for.
 */
export function surface<T>(implementation: unknown): T {
  return implementation as T;
}
