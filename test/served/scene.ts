import { openProject, type Project } from "../e2e/project.ts";
import { type Fleet, startFleet } from "../hosts/fleet.ts";
import { until } from "../hosts/until.ts";
import { type Ground, layGround } from "./ground.ts";
import { startVisitors, type Visitors } from "./visitors.ts";

/** Hosts that serve an application, and the project that is deployed to them. */
export interface Scene {
  readonly fleet: Fleet;
  readonly project: Project;
  readonly grounds: readonly Ground[];
  /** Commits an application of these files. */
  readonly commit: (files: Readonly<Record<string, string>>) => void;
  /** Lets visitors in, when each of the sites at these addresses answers. */
  readonly visit: (urls: readonly string[]) => Promise<Visitors>;
}

/** Plays on so many hosts and takes everything away again, whatever happened. What the servers logged is added to an error. */
export async function playOn(hosts: number, play: (scene: Scene) => Promise<void>): Promise<void> {
  const fleet = await startFleet({ hosts });
  const project = openProject({ fleet });
  const grounds = fleet.hosts.map((host) => layGround(fleet, host));
  const visitors: Visitors[] = [];
  const commit: Scene["commit"] = (files) => {
    project.write(files);
    project.commit();
  };
  const visit: Scene["visit"] = async (urls) => {
    for (const url of urls)
      await until(`${url} answers`, async () =>
        fetch(url).then(
          ({ ok }) => ok,
          () => false,
        ),
      );
    const all = startVisitors(urls);
    visitors.push(all);
    return all;
  };
  try {
    await play({ fleet, project, grounds, commit, visit });
  } catch (error) {
    if (error instanceof Error) error.message += `\n${grounds.map((ground) => ground.logs()).join("\n")}`;
    throw error;
  } finally {
    await Promise.all(visitors.map(async (each) => each.stop()));
    await fleet.stop();
    project.close();
  }
}
