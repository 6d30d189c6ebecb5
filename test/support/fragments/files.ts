import { type FragmentCase, sha, spec } from "./case.ts";

const storage = (parts: object, minor = 2): object => spec(minor, { storage: parts });
const files = (...list: object[]): object => storage({ files: list });
const sourced = (source: string, minor = 2): object =>
  storage({ files: [{ path: "/a", contents: { source } }] }, minor);
const source = "storage.files[0].contents.source";

const modes: readonly FragmentCase[] = [
  { name: "a mode 420", fragment: files({ path: "/a", mode: 420 }) },
  ...[644, 755, 600, 1777].map((mode) => ({
    name: `a mode that was meant in octal, ${mode}`,
    fragment: files({ path: "/a", mode }),
    warnings: ["storage.files[0].mode"],
  })),
  { name: "a mode as text", fragment: files({ path: "/a", mode: "0644" }), errors: ["storage.files[0].mode"] },
  { name: "a mode above 07777", fragment: files({ path: "/a", mode: 4755 }), errors: ["storage.files[0].mode"] },
  { name: "a mode below 0", fragment: files({ path: "/a", mode: -1 }), errors: ["storage.files[0].mode"] },
  {
    name: "a mode with a sticky bit",
    fragment: files({ path: "/a", mode: 1023 }),
    warnings: ["storage.files[0].mode"],
  },
  {
    name: "a decimal mode without special bits that was meant in octal",
    fragment: storage({ directories: [{ path: "/a", mode: 440 }] }),
    warnings: ["storage.directories[0].mode"],
    oracle: { fatal: false, why: "0670 is a mode; 0440 is the one that people mean" },
  },
];

const sources: readonly FragmentCase[] = [
  ...[
    "data:,a%20b",
    "data:,",
    "data:;base64,YWI=",
    "data:text/plain;charset=utf-8;base64,YWI=",
    'data:text/plain;a="b;c",x',
    "data:x-a/b,x",
    "data:;a=b%20c,x",
    'data:;a="b%\\t\\x41\\101\\u00e4",x',
    "http://a:80/b%20c?d=%zz",
    "https://user:pass@[::1]:8443/a",
    "https://us%20er:p@ss@a/b#c%20d",
    "http://a:b:80/",
    "tftp://a/b",
    "s3://bucket/key?versionId=1",
    "gs://bucket/key",
    "HTTPS://a/b",
  ].map((url) => ({ name: `a source ${url}`, fragment: sourced(url) })),
  ...[
    "a text",
    "/etc/hosts",
    "file:///etc/hosts",
    "ftp://a/b",
    "data:a b",
    "data:,a b",
    "data:,a\nb",
    "data:,100%",
    "data:,ä",
    "data:;base64,YWI",
    "data:;base64,Y WI",
    "data:text;base64,YWI=",
    "data:foo/bar,x",
    "data:;a=b%,x",
    'data:;a="b\\q",x',
    "DATA:,x",
    "http://a b/",
    "http://a:b/",
    "http://a:80:b/",
    "http://a/%zz",
    "http:#%zz",
    "http://a/b#%zz",
    "http://us%zzer@a/",
    "http://user:pa ss@a/",
    "s3://bucket/key?versionId=",
    "://a",
    "arn:aws:s3:::bucket/key",
  ].map((url) => ({ name: `a bad source ${JSON.stringify(url)}`, fragment: sourced(url), errors: [source] })),
  { name: "a source of Google before 3.2", fragment: sourced("gs://a/b", 1), errors: [source] },
  ...["arn:aws:s3:::bucket/key", "arn:aws:s3:r:1:accesspoint/a/object/key"].map((url) => ({
    name: `an ARN ${url} since 3.4`,
    fragment: sourced(url, 4),
  })),
  ...["arn:aws:s3:::bucket", "arn:aws:ec2:::a/b", "arn:aws:s3:r:1:accesspoint/a", "arn:aws:s3:::b/k?versionId="].map(
    (url) => ({ name: `a bad ARN ${url}`, fragment: sourced(url, 4), errors: [source] }),
  ),
  {
    name: "gzip and its sum",
    fragment: files({
      path: "/a",
      contents: { source: "data:;base64,AAAA", compression: "gzip", verification: { hash: sha(512) } },
    }),
  },
  { name: "no compression", fragment: files({ path: "/a", contents: { source: "data:,", compression: "" } }) },
  ...["none", "zstd"].map((compression) => ({
    name: `the compression ${compression}`,
    fragment: files({ path: "/a", contents: { source: "data:,", compression } }),
    errors: ["storage.files[0].contents.compression"],
  })),
  ...["abc", "md5-abc", sha(512).slice(0, -1), `sha256-${"0".repeat(128)}`, "sha512"].map((hash) => ({
    name: `a bad sum ${hash.slice(0, 20)}`,
    fragment: files({ path: "/a", contents: { source: "data:,", verification: { hash } } }),
    errors: ["storage.files[0].contents.verification.hash"],
  })),
  {
    name: "a sum of SHA-256 in 3.0",
    fragment: storage({ files: [{ path: "/a", contents: { source: "data:,", verification: { hash: sha(256) } } }] }, 0),
    errors: ["storage.files[0].contents.verification.hash"],
  },
  {
    name: "a sum without a source",
    fragment: files({ path: "/a", append: [{ verification: { hash: sha(512) } }] }),
    errors: ["storage.files[0].append[0].verification.hash"],
  },
];

/** The files, directories and links of the section `storage`. */
export const filesAndLinks: readonly FragmentCase[] = [
  ...modes,
  ...sources,
  {
    name: "files, directories and links with everything",
    fragment: storage({
      directories: [{ path: "/d", mode: 493, user: { id: 0 }, group: { name: "root" }, overwrite: true }],
      files: [
        {
          path: "/d/a",
          overwrite: true,
          contents: { source: "data:," },
          append: [{ source: "data:,a" }, { source: "data:,a" }],
        },
      ],
      links: [
        { path: "/l", target: "/d" },
        { path: "/h", target: "/d/a", hard: true },
      ],
    }),
  },
  { name: "a file without a path", fragment: files({ mode: 420 }), errors: ["storage.files[0].path"] },
  { name: "an empty path", fragment: files({ path: "" }), errors: ["storage.files[0].path"] },
  { name: "a relative path", fragment: files({ path: "etc/a" }), errors: ["storage.files[0].path"] },
  ...["/a/", "/a//b", "/a/../b", "/./a", "//a"].map((path) => ({
    name: `a path ${path}`,
    fragment: files({ path }),
    errors: ["storage.files[0].path"],
  })),
  { name: "the root", fragment: storage({ directories: [{ path: "/" }] }) },
  { name: "a path of another type", fragment: files({ path: 5 }), errors: ["storage.files[0].path"] },
  {
    name: "contents as text",
    fragment: files({ path: "/a", contents: "hello" }),
    errors: ["storage.files[0].contents"],
  },
  {
    name: "the contents of a MachineConfig of Ignition 2",
    fragment: files({ path: "/a", filesystem: "root", contents: { source: "data:," } }),
    warnings: ["storage.files[0].filesystem"],
  },
  {
    name: "inline contents, as in Butane",
    fragment: files({ path: "/a", contents: { inline: "hello" } }),
    warnings: ["storage.files[0].contents.inline"],
  },
  {
    name: "overwrite as text",
    fragment: files({ path: "/a", overwrite: "true" }),
    errors: ["storage.files[0].overwrite"],
  },
  {
    name: "overwrite without contents",
    fragment: files({ path: "/a", overwrite: true }),
    errors: ["storage.files[0].overwrite"],
  },
  {
    name: "a file of the image without overwrite",
    fragment: files({ path: "/etc/chrony.conf", contents: { source: "data:," } }),
    warnings: ["storage.files[0].overwrite"],
    oracle: { fatal: false, why: "it does not know what is in the image" },
  },
  {
    name: "a file of the image with overwrite, and one that is appended to",
    fragment: files(
      { path: "/etc/chrony.conf", overwrite: true, contents: { source: "data:," } },
      { path: "/etc/hosts", append: [{ source: "data:,a" }] },
    ),
  },
  {
    name: "an owner by id and name",
    fragment: files({ path: "/a", user: { id: 0, name: "root" }, group: { id: 0, name: "" } }),
    errors: ["storage.files[0].user"],
  },
  {
    name: "the same path as a file twice, and as a directory",
    fragment: storage({ directories: [{ path: "/a" }], files: [{ path: "/a" }, { path: "/a" }] }),
    errors: ["storage.files[0]", "storage.files[1]"],
  },
  {
    name: "a link without a target",
    fragment: storage({ links: [{ path: "/l" }] }, 3),
    errors: ["storage.links[0].target"],
  },
  { name: "a link without a target before 3.3", fragment: storage({ links: [{ path: "/l" }] }) },
  {
    name: "paths through a link",
    fragment: storage({
      links: [{ path: "/l", target: "/d" }],
      files: [{ path: "/l/a" }],
      directories: [{ path: "/l/d" }],
    }),
    errors: ["storage.directories[0].path", "storage.files[0].path"],
  },
  {
    name: "a hard link to a directory",
    fragment: storage({ directories: [{ path: "/d" }], links: [{ path: "/l", target: "/d/", hard: true }] }),
    errors: ["storage.links[0]"],
  },
  {
    name: "the owner of a hard link",
    fragment: storage({ links: [{ path: "/l", target: "/d", hard: true, user: { id: 0 } }] }),
    warnings: ["storage.links[0].user.id"],
  },
];
