import { spec } from "./case.ts";

/** Fragments that are valid each, and the paths of the errors of what they are merged to. */
interface Merge {
  readonly name: string;
  readonly fragments: readonly object[];
  readonly errors: readonly string[];
}

const link = spec(2, { storage: { links: [{ path: "/l", target: "/d" }] } });
const file = (path: string): object => spec(2, { storage: { files: [{ path }] } });
const unit = spec(2, {
  systemd: {
    units: [{ name: "a.service", contents: "[Unit]\n", dropins: [{ name: "b.conf", contents: "[Unit]\n" }] }],
  },
});

export const merges: readonly Merge[] = [
  { name: "a file through a link", fragments: [link, file("/l/a")], errors: ["[1].storage.files[0].path"] },
  { name: "a link on the way to a file", fragments: [file("/l/a"), link], errors: ["[0].storage.files[0].path"] },
  {
    name: "a file and a unit",
    fragments: [unit, file("/etc/systemd/system/a.service")],
    errors: ["[1].storage.files[0].path"],
  },
  {
    name: "a file and a drop-in",
    fragments: [file("/etc/systemd/system/a.service.d/b.conf"), unit],
    errors: ["[0].storage.files[0].path"],
  },
  { name: "the same file", fragments: [file("/a"), file("/a")], errors: [] },
  { name: "the same unit", fragments: [unit, unit], errors: [] },
  { name: "a file in the place of a link", fragments: [link, file("/l")], errors: [] },
  { name: "a file beside a link", fragments: [link, file("/la")], errors: [] },
];
