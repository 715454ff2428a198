/** What the system says of a local file, in words: the end of a sentence whose beginning names the file. */
export function fileWords(error: unknown): string {
  const { code = "", message } = error as NodeJS.ErrnoException;
  return WORDS[code] ?? message;
}

const WORDS: Readonly<Record<string, string>> = {
  ENOENT: "it is not there",
  EISDIR: "it is a directory",
  ENOTDIR: "a part of its path is no directory",
  EACCES: "you have no permission",
  EPERM: "you have no permission",
  EROFS: "its file system is mounted read-only",
  ENOSPC: "the disk is full",
  EDQUOT: "the disk is full for you",
  ENAMETOOLONG: "its name is too long",
  ELOOP: "its links lead in a circle",
};
