/** What a program does when nobody can be told: its own streams fail, or an error that no code waits for. */
import { exitStatus } from './failure.ts';
import { fileError } from './files.ts';

/** Ends the program with this status, or a graver one that was set before. */
export function exitWith(status: number): void {
  process.exitCode = Math.max(Number(process.exitCode ?? exitStatus.ok), status);
}

/** From now on a stream that fails is one line and a status, and no stack. */
export function guardStreams(): void {
  process.stdout.on('error', (error: NodeJS.ErrnoException) => {
    // A reader that has seen enough, such as `head`, is no error.
    if (error.code !== 'EPIPE') end(fileError('write stdout', error));
  });
  // There is nobody left to tell.
  process.stderr.on('error', () => undefined);
  process.on('uncaughtException', end);
}

let told = false;

/** The first failure is told, the ones that follow from it are not. */
function end(error: unknown): void {
  const isFirst = !told;
  told = true;
  // Whatever becomes of what tells it.
  exitWith(exitStatus.failed);
  void import('./describe-failure.ts').then(({ describeFailure }) => {
    const { status, text } = describeFailure(error);
    exitWith(status);
    if (isFirst) process.stderr.write(`${text}\n`);
  });
}
