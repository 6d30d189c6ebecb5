import * as pulumi from "@pulumi/pulumi";

/** A resource as its state is written: how large, and how often. */
interface Kind {
  readonly type: string;
  readonly bytes: number;
  readonly custom: boolean;
}

/** A component makes the engine write what a custom resource does, without a plugin: when it begins and when it ends. */
class Resource extends pulumi.ComponentResource {
  constructor(name: string, { type, bytes, custom }: Kind, opts: pulumi.ComponentResourceOptions) {
    super(`states:index:${type}`, name, { filler: "x".repeat(bytes) }, opts);
    // one write more, which custom resources do not make
    if (!custom) this.registerOutputs();
  }
}

const config = new pulumi.Config();
const kinds = config.requireObject<Kind[]>("kinds");

for (let i = 0; i < config.requireNumber("workers"); i++) {
  let parent: Resource | undefined;
  for (const kind of kinds) {
    const resource: Resource = new Resource(`${kind.type}-${i}`, kind, parent ? { parent } : {});
    parent ??= resource;
  }
}
