import * as pulumi from "@pulumi/pulumi";

/** The component as a program sees it that knows no more than its schema. */
class Greeting extends pulumi.ComponentResource {
  declare readonly text: pulumi.Output<string>;

  constructor(name: string, args: { readonly name: string }) {
    super("fixture-components:index:Greeting", name, { ...args, text: undefined }, {}, true);
  }
}

export const { text } = new Greeting("greeting", { name: "lab" });
