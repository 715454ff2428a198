import { describeReaders } from "./describe-readers.ts";

describeReaders({ local: 10_000, elsewhere: 10_000 });
