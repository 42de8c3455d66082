/** External programs, and packages that are optional, that some tests need. */
import { programOnPath } from '../program.ts';

/**
 * What a test of external programs, or of packages with a scope (`@scope/name`), does where they are missing: it is
 * skipped and says so in its name; on a continuous-integration machine (`CI` set) it runs, and fails.
 */
export function needs(...programs: readonly string[]): { readonly skip: boolean; readonly note: string } {
  const missing = programs.filter((program) => !isInstalled(program));
  const ci = (process.env['CI'] ?? '') !== '';
  return { skip: missing.length > 0 && !ci, note: missing.length > 0 ? ` (${missing.join(', ')} not installed)` : '' };
}

/**
 * Milliseconds by the clock that a program gets: for one that hangs, and so many that a busy machine does not seem to.
 */
export const HANG = 600_000;

/** What to say of a program that did not end in that time; null of one that did. */
export function hung(program: string, { error }: { readonly error?: Error | undefined }): string | null {
  const late = error !== undefined && 'code' in error && error.code === 'ETIMEDOUT';
  return late
    ? `${program} has not ended in ${HANG / 60_000} minutes: it hangs, or this machine is busy beyond measure`
    : null;
}

function isInstalled(program: string): boolean {
  return program.startsWith('@') ? isPackage(program) : programOnPath(program) !== null;
}

function isPackage(name: string): boolean {
  try {
    import.meta.resolve(name);
    return true;
  } catch {
    return false;
  }
}
