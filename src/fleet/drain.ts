import { loss } from "../host/loss.ts";
import { returnFacts, undrainCalls } from "./back-tasks.ts";
import type { Member } from "./member.ts";
import { runPoint } from "./stages.ts";
import { lossAfterSwitch } from "./switch.ts";
import { tasksFor } from "./tasks.ts";
import { tasksAt, type Transaction } from "./transaction.ts";

/** Out of the load balancer. From here on the host is put in again whatever comes, by us or, if it loses us, by itself. */
export async function drainHost(tx: Transaction, member: Member): Promise<void> {
  if (tasksFor(tx.run.context.config, member.host, tasksAt(tx, member, "drain")).length === 0) return;
  tx.course.drained.add(member);
  member.setLoss(loss.undrain(undrainCalls(tx, member, returnFacts(tx, member, "")), member.loss));
  await runPoint(tx, member, "drain");
}

/** Into it again, once all is well. */
export async function undrainHost(tx: Transaction, member: Member): Promise<void> {
  await runPoint(tx, member, "undrain");
  if (!tx.course.drained.delete(member)) return;
  member.setLoss(lossAfterSwitch(tx, member));
}
