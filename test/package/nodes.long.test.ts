import { afterAll, beforeAll, describe } from "vitest";
import { otherNodes, type Packed, packAndInstall } from "./packed.ts";
import { tellOnNode } from "./on-node.ts";

const nodes = otherNodes();

describe.skipIf(nodes.length === 0)("one installation, on every Node that is here", () => {
  let packed: Packed;
  beforeAll(() => void (packed = packAndInstall()), 120_000);
  afterAll(() => packed?.close());

  describe.each(nodes)("%s", (node) => tellOnNode(node, () => packed));
});
