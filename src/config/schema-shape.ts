import type { GenericSchema } from "valibot";
import type { Rule } from "./text-rules.ts";

/** What a schema is made of, for who says it in another language: a check alone cannot be asked what it checks. */
export type Shape =
  | { readonly kind: "map"; readonly entries: Readonly<Record<string, object>> }
  /** A map with names of the user's own choice. */
  | { readonly kind: "names"; readonly name: Rule; readonly value: GenericSchema }
  | { readonly kind: "list"; readonly item: GenericSchema }
  | { readonly kind: "text"; readonly rule: Rule }
  | { readonly kind: "number"; readonly least: number; readonly most: number }
  /** Seconds, or a text such as `30s`. */
  | { readonly kind: "time"; readonly rule: Rule<string | number> }
  /** A number of at least 1, or a text that fits a regular expression. */
  | { readonly kind: "size"; readonly rule: Rule<string | number>; readonly pattern: string }
  /** Text, or what stands for one without quotes. */
  | { readonly kind: "scalar" }
  | { readonly kind: "truth" }
  | { readonly kind: "refused" }
  /** One schema for each kind of value. */
  | {
      readonly kind: "kinds";
      readonly kinds: { readonly text?: GenericSchema; readonly list?: GenericSchema; readonly map?: GenericSchema };
    }
  | { readonly kind: "not empty"; readonly schema: GenericSchema }
  /** A map with exactly one of these keys. */
  | { readonly kind: "one of"; readonly schema: GenericSchema; readonly keys: readonly string[] };

const shapes = new WeakMap<object, Shape>();

/** Remembers what a schema is made of. */
export function shaped<S extends object>(schema: S, shape: Shape): S {
  shapes.set(schema, shape);
  return schema;
}

/** What one of our schemas is made of. Throws for any other. */
export function shapeOf(schema: object): Shape {
  const shape = shapes.get(schema);
  if (shape === undefined) throw new TypeError("This schema was not made by schema-parts.ts");
  return shape;
}
