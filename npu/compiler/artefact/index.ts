/** Compiled networks as files. */
export { ArtefactError } from './error.ts';
export { isArtefact } from './container.ts';
export { checkGraph, readArtefact, type Artefact } from './read.ts';
export { writeArtefact } from './write.ts';
