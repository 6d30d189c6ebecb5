import { beforeAll, describe, expect, test } from "@jest/globals";
import { glob, readFile } from "node:fs/promises";
import path from "node:path";
import { e2eFiles } from "../../e2e/files.ts";
import { repo } from "../../lab/settings.ts";

const read = (file: string): Promise<string> => readFile(path.join(repo, file), "utf8");

/** What looks at the whole lab, or changes what others see. */
const ofTheWholeLab: readonly RegExp[] = [
  /lab\/leftovers\.ts|support\/(machine-config|stack\/every-obstacle)\.ts/,
  /import \{[^}]*\b(serverIds|serverNames)\b[^}]*\} from "\.\.\/support\/cloud\/servers\.ts"/,
  /\bcloud\.(servers|ports|trunks|containers)\(/,
  /\bnodeNames\(/,
  /import \{[^}]*\bmachines\b[^}]*\} from "\.\.\/\.\.\/lab\/settings\.ts"/,
  /\b(setFault|setLatencies|lock|crashApiServer|killApiServer)\(/,
  /\b(setInstanceQuota|setMtu|removeDns|tagSubnet|allowOnlySha1|renameSecurityGroup|writeLackingKubeconfig)\(/,
];

/** The file has a pool of its own, or imports one. */
const ownPool = /import \{[^}]*\b(OwnPool|own)\b[^}]*\} from/;

describe("GIVEN the files of end-to-end tests that share the lab", () => {
  let texts: ReadonlyMap<string, string> = new Map();
  beforeAll(async () => {
    const [each, nightly] = [await e2eFiles("each run"), await e2eFiles("nightly")];
    texts = new Map(
      await Promise.all([...each.shared, ...nightly.shared].map(async (file) => [file, await read(file)] as const)),
    );
  });

  test("WHEN their sources are read THEN none looks at the whole lab, or changes what others see", () => {
    // what an OwnPool shows is the file's own
    const uses = [...texts].flatMap(([file, text]) =>
      ofTheWholeLab.filter((it) => it.test(text.replaceAll("own.nodeNames(", ""))).map((it) => `${file}: ${it.source}`),
    );
    expect(texts.size).toBeGreaterThan(10);
    expect(uses).toEqual([]);
  });

  test("WHEN they have stacks THEN one of them at most has the lab's default pool, and the others their own", () => {
    const ofDefault = [...texts].filter(([, text]) => /\bProject\b/.test(text) && !ownPool.test(text));
    expect(ofDefault.map(([file]) => file)).toEqual(["test/e2e/lifecycle/stored-states.test.ts"]);
  });
});

test("GIVEN a file of end-to-end tests for a nightly run WHEN npm test lists the files THEN it is not among them", async () => {
  const { shared, exclusive } = await e2eFiles("each run");
  const listed = [...shared, ...exclusive];
  expect(listed).toContain("test/e2e/cloud/managed-account-key.test.ts");
  expect(listed).not.toContain("test/e2e/cloud/ceph-rgw.test.ts");
});

describe("GIVEN all sources of end-to-end tests", () => {
  let text = "";
  beforeAll(async () => {
    for await (const file of glob("test/e2e/**/*.ts", { cwd: repo })) text += await read(file);
  });
  const found = (pattern: RegExp): string[] => [...text.matchAll(pattern)].flatMap((it) => it[1] ?? []);

  test("WHEN they name their own pools THEN no two have names of which one begins with the other", () => {
    const names = [...found(/new OwnPool\("([^"]+)"\)/g), "metal"];
    expect(names.length).toBeGreaterThan(10);
    const alike = names.flatMap((name, i) => names.filter((it, j) => i !== j && `${it}-`.startsWith(`${name}-`)));
    expect(alike).toEqual([]);
  });

  test("WHEN they name their stacks THEN no two have the same name", () => {
    const names = found(/\b(?:Project\.(?:create|withPool)|projectOf)\(\s*"([^"]+)"/g);
    expect(names.length).toBeGreaterThan(20);
    expect(names.toSorted()).toEqual([...new Set(names)].toSorted());
  });
});
