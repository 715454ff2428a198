/** The pipeline that `ci` has written, or would write. */
export interface PipelineDocument {
  readonly schema: 1;
  readonly app: string;
  readonly system: "github" | "gitlab" | "jenkins";
  /** In the order in which they are deployed to. */
  readonly environments: readonly string[];
  readonly files: readonly PipelineFile[];
  /** Whether they were written; else they are only here. */
  readonly written: boolean;
  /** What a person has to set, in this order, before it can run. */
  readonly steps: readonly PipelineStep[];
  /** What a person should know or decide. */
  readonly notes: readonly string[];
}

/** A file of a pipeline. */
export interface PipelineFile {
  /** From the top of the repository. */
  readonly path: string;
  readonly text: string;
}

/** Something to do by hand. */
export interface PipelineStep {
  readonly title: string;
  /** Command lines, or places to go to and what to put there. */
  readonly lines: readonly string[];
}
