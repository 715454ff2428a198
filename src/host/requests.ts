import type { LayoutNames, Permissions, SharedEntry } from "../config/resolved.ts";
import type { ShareAction } from "../plan/host-plan.ts";
import { modesOf } from "../tree/modes.ts";
import { bytesOf, type ByteString } from "./bytes.ts";
import { lookArguments, type Look } from "./look-requests.ts";
import { callOf } from "./quote.ts";

export * from "./check-requests.ts";
export * from "./group-requests.ts";
export * from "./look-requests.ts";
export * from "./task-requests.ts";

/**
 * Every request that a controller makes, as the shell text that calls a function of the runtime (src/target) with literal arguments.
 * Several of them may be joined to one request: the first that fails ends it.
 */
const call = (name: string, ...args: readonly (string | ByteString)[]): ByteString => callOf(name, args as ByteString[]);
const utf8 = bytesOf;

/** Where a conversation works: src/target/start.sh, slh_at. */
export interface Place {
  readonly root: string;
  readonly layout: LayoutNames;
  readonly session: string;
  /** Name of the lock generation that is ours, as `g000000041`; empty where we hold none. */
  readonly generation: string;
  readonly lease: number;
  /** Which way of calling rename(2) works there; empty before that was tried. */
  readonly renamer: string;
  /** Without a lock: spools are kept outside the app root. */
  readonly hands?: boolean;
  /** The lock is that of another host with the same app root: src/target/group.sh. */
  readonly follows?: boolean;
}

export function stateText(place: Place): ByteString {
  const { current, releases, shared } = place.layout;
  const names = [place.root, current, releases, shared].map(utf8);
  const at = call("slh_at", ...names, place.session, place.generation, String(place.lease));
  const outside = place.follows === true ? call("slh_join_group") : place.hands === true ? call("slh_hands") : "";
  return `${at}slh_renamer=${place.renamer}\n${outside}` as ByteString;
}

/** The generation and heartbeat that were watched to stand still for a whole lease. */
export interface Suspect {
  readonly generation: string;
  readonly beat: string;
}

export interface Turn {
  readonly suspect: Suspect | null;
  /** Milliseconds that the host may wait for the lock. */
  readonly patience: number;
}

/** Lock and facts in one. */
export function open(rootCandidate: string, owner: string, { suspect, patience }: Turn, what: Look): ByteString {
  const turn = [suspect?.generation ?? "", suspect?.beat ?? "", String(Math.ceil(patience / 100))];
  return call("slh_do_open", rootCandidate, owner, ...turn, ...lookArguments(what));
}

export function hold(rootCandidate: string, owner: string, ledgerLine: string): ByteString {
  return call("slh_do_hold", rootCandidate, owner, utf8(ledgerLine));
}

export function unhold(generation: string, ledgerLine: string): ByteString {
  return call("slh_do_unhold", generation, utf8(ledgerLine));
}

/** Which of these contents (SHA-256) do sealed releases there hold, and where? */
export function held(sums: readonly string[]): ByteString {
  return call("slh_do_held", sums.join("\n"));
}

export function clean(ledgerLines: readonly string[], discard: readonly string[], deleted: "deleted" | ""): ByteString {
  return call("slh_do_clean", deleted, String(ledgerLines.length), ...ledgerLines.map(utf8), ...discard);
}

/** Others have switched: what is live now, if anything is, and what is not any more, by the names of releases. */
export function othersSwitched(live: string | null, left: readonly string[]): ByteString {
  return call("slh_do_others_switched", live ?? "", ...left);
}

export function makeLayout(permissions: Permissions): ByteString {
  return call("slh_make_layout", permissions.dirs, utf8(permissions.group ?? ""));
}

export interface Receive {
  readonly release: string;
  /** Ledger line. */
  readonly preparing: string;
  readonly deltaBytes: number;
  /** Lines of the new manifest, the root's included. */
  readonly entries: number;
  readonly permissions: Permissions;
  /** Unix seconds. */
  readonly time: number;
  readonly copyFrom: readonly string[];
}

export function receive(what: Receive): ByteString {
  const { release, preparing, deltaBytes, entries, copyFrom } = what;
  return call("slh_do_receive", release, utf8(preparing), String(deltaBytes), String(entries), ...modes(what), ...copyFrom);
}

export function receiveAgain(what: Receive): ByteString {
  return call("slh_do_receive_again", what.release, ...modes(what));
}

/** Modes of directories, files and executable files, and the time as touch -t takes it. */
function modes({ permissions, time }: Receive): string[] {
  const { dir, file } = modesOf(permissions);
  return [dir, file, file | ((file & 0o444) >> 2)].map((mode) => mode.toString(8).padStart(4, "0")).concat(touchTime(time));
}

/** POSIX touch: [[CC]YY]MMDDhhmm.SS, in UTC. */
function touchTime(seconds: number): string {
  const digits = new Date(seconds * 1000).toISOString().replaceAll(/\D/g, "");
  return `${digits.slice(0, 12)}.${digits.slice(12, 14)}`;
}

/** Files with names that lists mangle, each with its SHA-256. */
export function checkOdd(release: string, files: readonly { readonly path: ByteString; readonly sha256: string }[]): ByteString {
  return call("slh_do_check_odd", release, ...files.flatMap(({ path, sha256 }) => [path, sha256]));
}

/** Links a shared entry into a release; `text` is the link's. */
export function share(release: string, entry: SharedEntry, text: ByteString, action: ShareAction, mode: string): ByteString {
  return call("slh_do_share", release, entry.kind, utf8(entry.path), text, action, mode);
}

export function arrange(release: string, { group, writable }: Permissions): ByteString {
  return call("slh_do_arrange", release, utf8(group ?? ""), ...writable.map(utf8));
}

export interface Seal {
  readonly release: string;
  /** Ledger line, with %BYTES% where the host puts the size. */
  readonly sealed: string;
  readonly durability: "flush" | "best-effort";
  readonly flushSeconds: number;
  readonly permissions: Permissions;
}

export function seal({ release, sealed, durability, flushSeconds, permissions }: Seal): ByteString {
  const { group, writable } = permissions;
  return call("slh_do_seal", release, utf8(sealed), durability, String(flushSeconds), utf8(group ?? ""), ...writable.map(utf8));
}

export function checkWhole(release: string, { writable }: Permissions): ByteString {
  return call("slh_do_check_whole", release, ...writable.map(utf8));
}

/** That nothing is in the way of switching from this text of `current` to a release. */
export function ready(fromText: ByteString, release: string): ByteString {
  return call("slh_do_ready", fromText, release);
}

export interface Switch {
  /** Text of `current` now, and as it shall be; empty for none. */
  readonly fromText: ByteString;
  readonly toText: ByteString;
  readonly to: string;
  /** Ledger lines. */
  readonly switching: string;
  readonly live: string;
}

export function switchLink({ fromText, toText, to, switching, live }: Switch): ByteString {
  return call("slh_do_switch", fromText, toText, to, utf8(switching), utf8(live));
}

export interface Return {
  /** Text of `current` before the switch that failed, and what that switch set it to. */
  readonly backText: ByteString;
  readonly failedText: ByteString;
  readonly back: string;
  readonly failed: string;
  /** Ledger line. */
  readonly returned: string;
}

export function returnLink(what: Return): ByteString {
  return call("slh_do_return", ...returnArguments(what));
}

/** Arguments of slh_do_return. */
export function returnArguments({ backText, failedText, back, failed, returned }: Return): ByteString[] {
  return [backText, failedText, utf8(back), utf8(returned), utf8(failed)];
}

export function confirm(good: string, text: ByteString, release: string): ByteString {
  return call("slh_do_confirm", utf8(good), text, release);
}

export function abandon(release: string, failed: string): ByteString {
  return call("slh_do_abandon", release, utf8(failed));
}

export function prune(releases: readonly { readonly id: string; readonly line: string }[]): ByteString {
  return call("slh_do_prune", ...releases.flatMap(({ id, line }) => [id, utf8(line)]));
}

export function note(ledgerLines: readonly string[]): ByteString {
  return call("slh_do_note", ...ledgerLines.map(utf8));
}

/** Ends a request of who has lost the lock. */
export const fence: ByteString = call("slh_fence");
/** What runs from other releases than this one, when it had so many seconds to go. */
export function outlast(release: string, seconds: number): ByteString {
  return call("slh_do_outlast", release, String(seconds));
}

/** What runs from other releases than the live one. */
export const processes: ByteString = call("slh_do_processes");
export const readBack: ByteString = call("slh_do_read_back");
export const rootId: ByteString = call("slh_do_root_id");
export const unlock: ByteString = call("slh_do_unlock");
export const close: ByteString = call("slh_do_close");
