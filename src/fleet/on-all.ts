import type { Member } from "./member.ts";

/** Waits for all, whatever becomes of each: nobody is left working unseen. Returns those for which the work failed. */
export async function onAll(members: readonly Member[], work: (member: Member) => Promise<unknown>): Promise<Member[]> {
  const ended = await Promise.all(members.map((member) => settled(member, work)));
  return ended.filter((member) => member !== null);
}

async function settled(member: Member, work: (member: Member) => Promise<unknown>): Promise<Member | null> {
  try {
    await work(member);
    return null;
  } catch (error) {
    member.fail(error);
    return member;
  }
}
