/** A statement for a script that a test runs as a process of its own: it signals itself. */
export function signalsItself(signal: NodeJS.Signals): string {
  return `process.kill(process.pid, '${signal}');`;
}
