/** How many random cases a test draws. */

/** Whether this machine tries everything: one of continuous integration does, and others are waited for. */
export const everything = (process.env['CI'] ?? '') !== '';

/**
 * As many as `SYSTOLE_RUNS` asks for; without it `all` where everything is tried, else `few`, other ones in each run.
 */
export function runsOf({ few, all }: { readonly few: number; readonly all: number }): number {
  return Number(process.env['SYSTOLE_RUNS'] ?? (everything ? all : few));
}

/** Random circuits: likewise by `CIRCUITS`. */
export function circuitsOf({ few, all }: { readonly few: number; readonly all: number }): number {
  return Number(process.env['CIRCUITS'] ?? (everything ? all : few));
}
