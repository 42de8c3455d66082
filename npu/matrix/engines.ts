/** The matrix engines that there are; an engine is a folder of its own and a line here. */
import type { MatrixKind } from '../parameters.ts';
import type { MatrixDescription } from './description.ts';
import { single } from './single/description.ts';
import { SingleEngine } from './single/engine.ts';
import { systolic } from './systolic/description.ts';
import { SystolicEngine } from './systolic/engine.ts';

export interface MatrixEngine {
  readonly description: MatrixDescription;
  readonly hardware: typeof SystolicEngine;
}

const engines: Readonly<Record<MatrixKind, MatrixEngine>> = {
  systolic: { description: systolic, hardware: SystolicEngine },
  single: { description: single, hardware: SingleEngine },
};

/** The engine of a configuration. */
export const matrixEngineOf = ({ matrix }: { readonly matrix: MatrixKind }): MatrixEngine => engines[matrix];
