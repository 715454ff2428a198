/** What hosts to play. Every host gets the same settings. */
export interface FleetOptions {
  /** How many. */
  hosts: number;
  /** Their names, in order. Default: web1, web2 and so on. */
  names?: readonly string[];
  /**
   * The home directory that the login finds: an empty one (the default), or these files in it. `{ ".bashrc": "echo hello" }`
   * plays a host whose start-up file prints.
   */
  home?: "empty" | Readonly<Record<string, string>>;
  /** What the app root is on: a directory of this machine (the default) or a tmpfs of its own. */
  rootFilesystem?: "plain" | "tmpfs";
  /** Size of that file system in MiB. Implies `rootFilesystem: "tmpfs"`. */
  sizeMb?: number;
  /** Number of its inodes. Implies `rootFilesystem: "tmpfs"`. */
  inodes?: number;
  /** Path of root's login shell. Default: the one of this machine. */
  loginShell?: string;
  /** Lines of sshd_config that come before all others and therefore win. `{ SetEnv: "PATH=/some/bin" }` chooses the programs. */
  sshdOptions?: Readonly<Record<string, string>>;
  /**
   * `own`: each host has a network of its own, at first without any wire; see `wires.ts`. Nothing of it is to be seen on this machine. Default:
   * all share the one of this machine.
   */
  network?: "shared" | "own";
  /** Puts a {@link CutProxy} before each host, and makes the ssh configuration point at it. */
  proxied?: boolean;
}
