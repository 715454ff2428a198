import { checksOn } from "../check/chosen.ts";
import { needsOf } from "../check/probe.ts";
import type { ResolvedConfig, ResolvedHost } from "../config/resolved.ts";
import type { ByteString } from "../host/bytes.ts";
import * as requests from "../host/requests.ts";

/** Asks a host which of its programs would carry out each of its checks, together with whatever else it is asked. */
export function checkQuestions(config: ResolvedConfig, host: ResolvedHost): ByteString {
  const asked = checksOn(config, host).flatMap(({ index, check }) =>
    check.kind === "command"
      ? []
      : [requests.findCheckTool({ index, needs: needsOf(check), as: check.as, path: [...check.path, ...host.path] })],
  );
  return asked.join("") as ByteString;
}
