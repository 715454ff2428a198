/** Hosts that a program names: an inventory of Ansible, or a command of yours. */
export interface WrittenInventory {
  /** An inventory of Ansible, relative to this file: `ansible-inventory --list` is asked for its hosts. */
  readonly ansible?: string;
  /** Only the hosts of this group of the inventory. */
  readonly group?: string;
  /** What a POSIX shell runs on the machine you deploy from, in the directory of this file, and that prints the hosts. */
  readonly command?: string;
}
