import { expect } from "vitest";
import type { Application } from "./applications.ts";
import type { Ground, Program } from "./ground.ts";
import { playOn, type Scene } from "./scene.ts";
import { beginStory } from "./story.ts";

/** What a host was made to serve. */
export interface Site {
  readonly url: string;
  /** Directory on the host that has its `systemctl`. */
  readonly bin: string;
}

/** A way to serve an application and to replace it. */
export interface Recipe {
  readonly programs: readonly Program[];
  serve(ground: Ground): Promise<Site>;
  readonly application: Application;
  readonly afterSwitch: readonly unknown[];
}

interface Extent {
  readonly hosts: number;
  /** Each is a deploy, a rollback, and a deploy that fails on the last host and is taken back everywhere. */
  readonly rounds: number;
}

/** Replaces an application under the eyes of visitors: no request may fail, and none get an old answer once success was said. */
export async function replaceUnderLoad(recipe: Recipe, { hosts, rounds }: Extent, afterwards?: (scene: Scene) => Promise<void>) {
  await playOn(hosts, async (scene) => {
    const { project, grounds, commit, visit } = scene;
    const sites = await Promise.all(grounds.map(async (ground) => recipe.serve(ground)));
    project.configure({ path: [sites[0]?.bin], tasks: { afterSwitch: recipe.afterSwitch } });
    commit(recipe.application("one"));
    expect(await project.json(["deploy"])).toMatchObject({ outcome: "deployed" });

    const story = await beginStory(project, await visit(sites.map(({ url }) => url)), "one");
    for (let round = 1; round <= rounds; round += 1) {
      const [good, bad] = [`good ${round}`, `bad ${round}`];
      commit(recipe.application(good));
      const report = await story.act(`deploy ${round}`, ["deploy"], { outcome: "deployed", after: good });
      expect(report.warnings.filter((text: string) => text.includes("PHP-FPM"))).toEqual([]);
      await story.act(`rollback ${round}`, ["rollback"], { outcome: "rolled-back", after: "one" });
      commit(recipe.application(bad, grounds.at(-1)?.host.name));
      await story.act(`return ${round}`, ["deploy"], { outcome: "returned", after: "one", meanwhile: bad });
    }
    expect(await story.end()).toMatchObject({ failed: [], wrong: [], unseen: [] });
    await afterwards?.(scene);
  });
}
