import type { ErrorReport, Report } from "./report.ts";

/** Everything that happens, as it happens. Every view (terminal, plain lines, NDJSON, report) is a formatter over this union. */
export type Event =
  | {
      readonly kind: "started";
      readonly command: string;
      readonly app: string;
      readonly environment: string;
      readonly hosts: readonly string[];
    }
  /** Work on the controller: reading the source, building, hashing. `text` says what came of it once it ended. */
  | { readonly kind: "step-started"; readonly name: string }
  | { readonly kind: "step-ended"; readonly name: string; readonly ms: number; readonly text: string }
  | { readonly kind: "phase-started"; readonly host: string; readonly phase: string }
  | {
      readonly kind: "phase-ended";
      readonly host: string;
      readonly phase: string;
      readonly ms: number;
      readonly bytesSent: number;
      readonly ok: boolean;
      /** What came of it, for people: `312 files copied, 4 sent`. May be empty. */
      readonly text: string;
    }
  | { readonly kind: "task-started"; readonly host: string; readonly point: string; readonly task: string }
  /** One line a task printed; secrets are masked already. `host` is `controller` for build tasks. */
  | {
      readonly kind: "output";
      readonly host: string;
      readonly point: string;
      readonly line: string;
      /** Which of several logs of the host it is from. */
      readonly log?: string;
    }
  | {
      readonly kind: "task-ended";
      readonly host: string;
      readonly point: string;
      readonly task: string;
      readonly code: number;
      readonly ms: number;
    }
  /** Where there are several waves: these hosts are switched next. */
  | { readonly kind: "wave-started"; readonly wave: number; readonly of: number; readonly hosts: readonly string[] }
  /** Queued behind another run. */
  | { readonly kind: "waiting"; readonly host: string; readonly owner: string }
  | { readonly kind: "switched"; readonly host: string; readonly from: string | null; readonly to: string | null }
  | {
      readonly kind: "returned";
      readonly host: string;
      readonly from: string;
      readonly to: string | null;
      readonly reason: string;
    }
  | { readonly kind: "pruned"; readonly host: string; readonly release: string }
  | { readonly kind: "notice"; readonly host: string | null; readonly text: string }
  | { readonly kind: "warning"; readonly host: string | null; readonly text: string }
  /** The run goes on without this host; a warning says why. */
  | { readonly kind: "skipped"; readonly host: string }
  | { readonly kind: "failed"; readonly host: string | null; readonly error: ErrorReport }
  | { readonly kind: "ended"; readonly report: Report };
