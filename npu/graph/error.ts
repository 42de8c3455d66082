import { UserError } from '../../hdl/messages/user-error.ts';

/** What is wrong with a network, wherever it comes from: one line with the cause and the remedy. */
export class NetworkError extends UserError {
  override readonly name: string = 'NetworkError';
}
