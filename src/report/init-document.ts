/** What `init` has written, or would write. */
export interface InitDocument {
  readonly schema: 1;
  readonly app: string;
  readonly environment: string;
  /** The kind of project: `rails`, `go` … */
  readonly kind: string;
  readonly title: string;
  /** Name of the file in the folder; null where nothing was written. */
  readonly file: string | null;
  /** Name of the JSON Schema that was written beside it, for editors; null where none was, as the project has one already. */
  readonly schemaFile: string | null;
  readonly hosts: readonly string[];
  /** App root on the hosts. */
  readonly root: string;
  /** No host was named: one that cannot exist stands in its place. */
  readonly placeholders: boolean;
  /** What must be put into `shared/` on each host before the first deploy. */
  readonly sharedFiles: readonly string[];
  /** The repository has no commit yet, so there is nothing to deploy. */
  readonly commit: boolean;
  /** What a person should know or decide. */
  readonly notes: readonly string[];
  /** The configuration. */
  readonly text: string;
}
