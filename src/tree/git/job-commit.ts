import type { GitSource } from "../../config/resolved.ts";
import type { Tested } from "../../library/ci.ts";
import { isRemote } from "./clone.ts";

/**
 * The commit that the CI job we run in tested, where that is a commit of what the configuration means: of the same branch, and of a repository
 * elsewhere only where the job knows it by the same address. Whether one on this machine has it must be looked at. Else null.
 */
export function testedFor({ repository, ref }: GitSource, tested: Tested | undefined): string | null {
  if (tested === undefined || branchOf(ref) !== tested.branch) return null;
  const same = !isRemote(repository) || tested.repositories.some((address) => placeOf(address) === placeOf(repository));
  return same ? tested.commit : null;
}

function branchOf(ref: string): string {
  return ref.replace(/^(?:refs\/heads\/|(?:refs\/remotes\/)?origin\/)/u, "");
}

/** Machine and path of an address, however one gets there: `git@host:shop/web.git` is `https://host/shop/web`. */
function placeOf(address: string): string {
  return address
    .replace(/^[a-z][\w+.-]*:\/\/(?:[^/@]*@)?([^/:]*)(?::\d+)?\//iu, "$1/")
    .replace(/^(?:[^/@:]*@)?([^/:]+):(?!\/\/)\/?/u, "$1/")
    .replace(/(?:\.git)?\/*$/u, "")
    .toLowerCase();
}
