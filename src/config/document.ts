import { HIDDEN, looksSecret, secretNames, withoutSecrets } from "./secrets.ts";
import type { CommandContext } from "../api.ts";
import type { ConfigDocument } from "../report/config-document.ts";
import { createMasker } from "../report/mask.ts";
import { shownNotify } from "./notify.ts";
import { explain } from "./explain.ts";

/** What `config` shows. Origins are told where the context has them. */
export function configDocument({ config, env, written }: Pick<CommandContext, "config" | "env" | "written">): ConfigDocument {
  const settings = written === undefined ? [] : explain(written.view, written.places, config);
  const hide = hider(secretsOf(env, secretNames(config)));
  const shown = settings.map((each) => {
    const name = each.setting.replace(/^env\./u, "");
    if (each.setting === "notify") return { ...each, value: hide(shownNotify(each.value)) };
    return { ...each, value: name !== each.setting && looksSecret(name) ? HIDDEN : hide(each.value) };
  });
  const hidden = hide({ ...config, notify: shownNotify(config.notify) }) as ConfigDocument["config"];
  const { app, environment, file } = hidden;
  return { schema: 1, app, environment, file, settings: shown, config: hidden };
}

// A secret of a few letters is in every other word: hiding those would hide the configuration, and tell the secret.
const SHORTEST = 4;

/** What the environment of this machine holds that nobody may see; a configuration program may have taken it from there. */
function secretsOf(env: CommandContext["env"], named: readonly string[]): readonly string[] {
  const names = Object.keys(env).filter((name) => looksSecret(name) || named.includes(name));
  return names.map((name) => env[name] ?? "").filter((value) => value.length >= SHORTEST);
}

/** A copy without secrets: neither these, wherever they are, nor what stands under a name that looks like one in some `env`. */
function hider(secrets: readonly string[]): (value: unknown) => unknown {
  const mask = createMasker(secrets);
  const hide = (value: unknown, isEnv: boolean): unknown => {
    if (typeof value === "string") return withoutSecrets(mask(value));
    if (Array.isArray(value)) return value.map((item) => hide(item, false));
    if (typeof value !== "object" || value === null) return value;
    const entries = Object.entries(value) as readonly (readonly [string, unknown])[];
    return Object.fromEntries(
      entries.map(([key, item]) => [key, isEnv && looksSecret(key) ? HIDDEN : hide(item, key === "env")]),
    );
  };
  return (value) => hide(value, false);
}
