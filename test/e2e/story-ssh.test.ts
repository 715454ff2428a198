import { describeHosts } from "../hosts/describe-hosts.ts";
import { tellStory } from "./story.ts";

describeHosts("every command on three hosts by ssh", () => tellStory(3));
