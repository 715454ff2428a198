import { describeFaults } from "./faults.ts";

describeFaults(200, 60, [
  ["connect", "a host dies"],
  ["lock", "the controller dies"],
  ["send", "a host dies"],
  ["prepare", "a host stops"],
  ["ready", "the controller dies"],
  ["switch", "a host dies"],
  ["switch", "the controller dies"],
  ["afterSwitch", "a host dies"],
  ["served", "a host stops"],
  ["confirm", "a host dies"],
]);
