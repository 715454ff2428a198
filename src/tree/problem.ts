import { UserError } from "../errors.ts";

/** Something about the source that the user can put right. */
export function sourceProblem(message: string, remedy: string, output: readonly string[] = []): UserError {
  return new UserError({ kind: "source", message, remedy, output });
}
