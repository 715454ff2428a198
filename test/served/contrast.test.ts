import { expect } from "vitest";
import { phpApplication } from "./applications.ts";
import { testServed } from "./ground.ts";
import { servePhp } from "./php-site.ts";
import { playOn } from "./scene.ts";
import { beginStory } from "./story.ts";

// What goes wrong where nobody thought of it, and that these tests would notice.

testServed(
  "PHP through the link goes on with the old code; PHP-FPM with its defaults drops requests when it reloads",
  ["nginx", "php-fpm"],
  async () =>
    playOn(1, async ({ project, grounds: [ground], commit, visit }) => {
      if (ground === undefined) throw new Error("There is no host.");
      const { url, bin } = await servePhp(ground, { fpm: "", throughLink: true });
      commit(phpApplication("one"));
      expect(await project.json(["deploy"])).toMatchObject({ outcome: "deployed" });

      project.configure({ path: [bin], tasks: { afterSwitch: "systemctl reload php8.3-fpm" } });
      const reloaded = await beginStory(project, await visit([url]), "one");
      commit(phpApplication("two"));
      expect(await reloaded.act("deploy", ["deploy"], { outcome: "deployed", after: "two" })).toMatchObject({ warnings: [] });
      await reloaded.act("rollback", ["rollback"], { outcome: "rolled-back", after: "one" });
      const dropped = await reloaded.end();
      expect(dropped.failed.join("\n")).toMatch(/^\d+ times slow page.*: status 502/mu);

      project.configure({});
      const forgotten = await beginStory(project, await visit([url]), "one");
      commit(phpApplication("three"));
      // It was said beforehand.
      const told = expect.stringContaining("PHP-FPM would serve the old release");
      expect(await project.json(["check"])).toMatchObject({
        ok: true,
        hosts: [{ findings: [{ level: "warning", text: told }] }],
      });
      const report = await forgotten.act("deploy", ["deploy"], { outcome: "deployed", after: "three" });
      expect(report).toMatchObject({ warnings: [told] });
      const stale = await forgotten.end();
      expect(stale.failed).toEqual([]);
      expect(stale.wrong.join("\n")).toMatch(/^\d+ times page: one instead of three/mu);
      expect(stale.wrong.join("\n")).not.toContain("times file");
    }),
);
