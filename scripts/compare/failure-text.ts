/** What is wrong with a run, in a line. */
import type { Run } from './runs.ts';

export const failureText = ({ status, error }: Run): string =>
  error === null ? 'the result differs from the reference' : `${status}: ${error}`;
