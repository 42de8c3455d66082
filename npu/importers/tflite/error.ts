import { NetworkError } from '../../graph/error.ts';

/** A file that is no TFLite network, or none that can be run; one line with the cause and the remedy. */
export class TfliteError extends NetworkError {
  override readonly name = 'TfliteError';
}

/** @throws TfliteError for a file that is not as its format says. */
export function damaged(what: string): never {
  throw new TfliteError(`this is no intact .tflite file: ${what}; convert or fetch the network again`);
}
