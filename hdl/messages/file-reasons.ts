/** Why an operation on a file failed, and what to do about it: one table for every file that is read or written. */

export interface FileReason {
  readonly why: string;
  readonly remedy: string;
}

const permission: FileReason = { why: 'permission denied', remedy: 'choose another path or change the permissions' };
const full: FileReason = { why: 'the disk is full', remedy: 'free some space or choose another path' };
const tooMany: FileReason = { why: 'too many files are open', remedy: 'raise the limit (ulimit -n)' };
const device: FileReason = { why: 'the disk or device does not answer as it should', remedy: 'choose another path' };
const busy: FileReason = { why: 'it is in use', remedy: 'end what uses it, or choose another path' };
const notAPath: FileReason = { why: 'that is no path', remedy: 'give the name of a file or folder' };

/** By the code that Node puts into its errors: those of the operating system (errno.h), and a few of its own. */
const reasons: Readonly<Record<string, FileReason>> = {
  ENOENT: { why: 'no such file or directory', remedy: 'check the path' },
  ENOTDIR: { why: 'a part of the path is a file, not a directory', remedy: 'check the path' },
  EISDIR: { why: 'it is a directory', remedy: 'name a file in it' },
  EEXIST: { why: 'it exists already', remedy: 'choose another path' },
  ENOTEMPTY: { why: 'the directory is not empty', remedy: 'choose another path' },
  EXDEV: { why: 'it is on another file system', remedy: 'choose another path' },
  EACCES: permission,
  EPERM: permission,
  EROFS: { why: 'the file system is read-only', remedy: 'choose another path' },
  ENOSPC: full,
  EDQUOT: { why: 'the disk quota is used up', remedy: full.remedy },
  EFBIG: {
    why: 'the file is larger than the file system or a limit allows',
    remedy: 'choose another path, or raise the limit (ulimit -f)',
  },
  ERR_FS_FILE_TOO_LARGE: { why: 'the file has more than the 2 GiB that can be read', remedy: 'give a smaller one' },
  ENAMETOOLONG: { why: 'the name is too long', remedy: 'choose a shorter one' },
  ELOOP: { why: 'its symbolic links lead in a circle', remedy: 'check the path' },
  EINVAL: notAPath,
  ERR_INVALID_ARG_VALUE: notAPath,
  EMFILE: tooMany,
  ENFILE: tooMany,
  EBUSY: busy,
  ETXTBSY: busy,
  EIO: device,
  ENXIO: device,
  ENODEV: device,
  EAGAIN: device,
  ESTALE: device,
  EPIPE: { why: 'whatever read it has gone', remedy: 'check what is at the other end' },
};

/** Of what is written it is never the file itself that has to be there. */
const noFolder: FileReason = { why: 'its directory does not exist', remedy: 'create it or choose another path' };

/** The code of a system's error; empty where it has none. */
export const codeOf = (cause: unknown): string => (cause instanceof Error && 'code' in cause ? String(cause.code) : '');

/**
 * @param cause what Node threw
 * @param doing what was tried
 */
export function fileReason(cause: unknown, doing: 'read' | 'write'): FileReason {
  const code = codeOf(cause);
  if (code === 'ENOENT' && doing === 'write') return noFolder;
  // Of codes that are not in the table the system's own words, without Node's call and path behind them.
  const whole = cause instanceof Error ? cause.message : String(cause);
  const words = whole.replace(/^[A-Z0-9]+: /, '').replace(/, \w+( '.*)?$/s, '');
  return reasons[code] ?? { why: words, remedy: 'choose another path' };
}
