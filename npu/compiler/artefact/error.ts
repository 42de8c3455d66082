import { NetworkError } from '../../graph/error.ts';

/** A file that is no artefact, or none that can be run; one line with the cause and the remedy. */
export class ArtefactError extends NetworkError {
  override readonly name = 'ArtefactError';
}

/** @throws ArtefactError for a file that is not as its format says. */
export function damaged(what: string): never {
  throw new ArtefactError(`this is no intact artefact: ${what}; compile the network again`);
}
