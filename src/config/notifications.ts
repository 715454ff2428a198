import type { NotifyEvent, WrittenSecretText } from "./written-notify.ts";

/** Somebody who is told how deploys and rollbacks end, with everything filled in. */
export type Notification = SlackNotification | WebhookNotification | CommandNotification;

/** What they all have. */
interface Told {
  readonly on: readonly NotifyEvent[];
  /** Seconds. */
  readonly timeout: number;
}

/** An incoming webhook that takes what Slack's takes. */
export interface SlackNotification extends Told {
  readonly kind: "slack";
  readonly url: WrittenSecretText;
}

/** A URL that the report is posted to. */
export interface WebhookNotification extends Told {
  readonly kind: "webhook";
  readonly url: WrittenSecretText;
  /** Name of the variable that signs it; null: nothing does. */
  readonly secret: string | null;
  readonly headers: Readonly<Record<string, WrittenSecretText>>;
}

/** A command on the controller, in the folder of the configuration. */
export interface CommandNotification extends Told {
  readonly kind: "command";
  readonly run: string;
  /** Names of variables of the controller's environment that it receives. */
  readonly secrets: readonly string[];
}
