import { z } from "zod";
import type { CertificateSigningRequestObject, NodeObject, PodObject } from "../kubernetes/types.ts";

/** The plain data that the decisions take (decisions.ts tells what it means). What is absent has a default. */

const strings = z.array(z.string()).default([]);
const optional = <T extends z.ZodType>(shape: T) => shape.nullish().transform((it) => it ?? undefined);
const time = z.string().refine((it) => !Number.isNaN(Date.parse(it)), "must be a time as in RFC 3339");
const metadata = z.looseObject({ name: z.string() });

const parsedRequest = z.strictObject({
  commonNames: strings,
  organizations: strings,
  dns: strings,
  ips: strings,
  emails: strings,
  uris: strings,
  otherNames: strings,
  publicKey: z.string().default(""),
  signatureValid: z.boolean().default(true),
  ambiguities: z.array(z.string()).optional(),
});

const parsedCsr = z.strictObject({
  name: z.string(),
  created: z.string(),
  signer: z.string(),
  username: z.string().default(""),
  groups: strings,
  usages: strings,
  request: optional(parsedRequest),
  state: z.enum(["pending", "approved", "denied", "failed"]).default("pending"),
});

/** As the API server writes it: only what is read is looked at. */
function written<T>(shape: z.ZodType): z.ZodType<T> {
  return z.custom<T>((it) => shape.safeParse(it).success, "must be an object as the API server writes it");
}

const writtenCsr = written<CertificateSigningRequestObject>(
  z.looseObject({
    metadata: metadata.extend({ creationTimestamp: z.string() }),
    spec: z.looseObject({ request: z.string(), signerName: z.string() }),
  }),
);

const writtenNode = written<NodeObject>(z.looseObject({ metadata, spec: z.looseObject({}) }));
const writtenPod = written<PodObject>(z.looseObject({ metadata, spec: z.looseObject({}) }));

const registration = z.strictObject({
  internalIps: strings,
  providerId: optional(z.string()),
  markedServer: optional(z.string()),
  silentSince: optional(z.string()),
});

/** A value of one of two shapes, told apart by a key that only the second has: so an error is told of the right one. */
function either<A, B>(plain: z.ZodType<A>, object: z.ZodType<B>, key: string): z.ZodType<A | B> {
  return z.unknown().transform((it, context): A | B => {
    const isObject = typeof it === "object" && it !== null && key in it;
    const read = (isObject ? object : plain).safeParse(it);
    if (read.success) return read.data;
    for (const { message, path } of read.error.issues) context.addIssue({ code: "custom", message, path });
    return z.NEVER;
  });
}

const csr = either(parsedCsr, writtenCsr, "spec");

export const csrQuestion = z.strictObject({
  csr,
  worker: z.strictObject({
    nodeName: z.string(),
    serverId: z.string(),
    serverCreated: time,
    fixedIps: z.array(z.string()),
    identity: z.literal("address").optional(),
    joinBy: time.optional(),
  }),
  node: optional(either(registration, writtenNode, "metadata")),
  others: z.array(csr).default([]),
  load: z.strictObject({ pending: z.number(), limit: z.number() }).optional(),
  clientKey: optional(z.string()),
  readmit: z.boolean().optional(),
});

export const drainQuestion = z.strictObject({
  pods: z.array(writtenPod),
  policy: z
    .strictObject({
      ignoreDaemonSets: z.boolean().default(true),
      deleteEmptyDirData: z.boolean().default(false),
      force: z.boolean().default(false),
      skipWaitForDelete: z.number().min(0).default(0),
    })
    .prefault({}),
  daemonSets: z.array(z.string()).optional(),
  now: time.optional(),
});
