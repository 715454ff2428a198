import { PassThrough } from "node:stream";
import { realPorts, type Ports } from "../../src/index.ts";

/** What connects hosts of which one can be cut off: it goes on hearing us, and we hear nothing of it any more. */
export interface Cutting {
  readonly ports: Ports;
  /** From now on the host is not heard, and cannot be connected to. */
  readonly cut: () => void;
}

/** `which`: in the order in which they are connected, from 0. */
export function cutting(which: number): Cutting {
  const real = realPorts();
  let [made, isCut] = [0, false];
  const connect: Ports["connect"] = (address) => {
    const channel = real.connect(address);
    if (isCut) channel.kill();
    if (made++ !== which) return channel;
    const [output, errors] = [new PassThrough(), new PassThrough()];
    channel.output.on("data", (chunk: Buffer) => void (isCut || output.write(chunk)));
    channel.errors.on("data", (chunk: Buffer) => void (isCut || errors.write(chunk)));
    channel.output.on("end", () => void (isCut || output.end()));
    channel.errors.on("end", () => void (isCut || errors.end()));
    return { input: channel.input, output, errors, ended: channel.ended, kill: () => channel.kill() };
  };
  return { ports: { ...real, connect }, cut: () => void (isCut = true) };
}
