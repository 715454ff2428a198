import { describe } from "vitest";
import { tellStory } from "./story.ts";

describe("every command on this machine", () => tellStory(0));
