/** Why nothing was done, in words for whoever reads the log: what is wrong, and what to do about it. Never holds a secret. */
export class Refusal extends Error {
  readonly title: string;
  readonly remedy: string;

  constructor(title: string, message: string, remedy = "") {
    super(message);
    this.name = "Refusal";
    this.title = title;
    this.remedy = remedy;
  }
}
