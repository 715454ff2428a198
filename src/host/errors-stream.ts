/** How many lines of what the other side prints beside our frames are kept for a failure's text. */
export const KEPT_LINES = 20;

/**
 * Reads the second stream of a channel: pongs are signs of life; everything else is what ssh and remote programs had to say, of which the
 * last lines are kept in `kept`.
 */
export function splitErrors(token: string, kept: string[], onPong: () => void): (chunk: Buffer) => void {
  const mark = `@${token} pong `;
  let rest = "";
  return (chunk) => {
    const lines = (rest + chunk.toString("utf8")).split("\n");
    rest = (lines.pop() ?? "").slice(-4096);
    for (const line of lines) {
      if (line.includes(mark)) onPong();
      else if (line.trim() !== "") keep(kept, line);
    }
  };
}

function keep(kept: string[], line: string): void {
  kept.push(line.trim().slice(0, 300));
  if (kept.length > KEPT_LINES) kept.shift();
}
