import { type FragmentCase, spec } from "./case.ts";

const unit = (keys: object): object => spec(2, { systemd: { units: [{ name: "a.service", ...keys }] } });
const service =
  "[Unit]\nDescription=a\n# comment\n\n[Service]\nExecStart=/bin/a \\\n  b\n\n[Install]\nWantedBy=multi-user.target\n";
const name = "systemd.units[0].name";
const contents = "systemd.units[0].contents";

const units: readonly FragmentCase[] = [
  { name: "a unit", fragment: unit({ contents: service, enabled: true }) },
  { name: "a unit that is masked", fragment: unit({ mask: true }) },
  { name: "a unit that is enabled and has no contents", fragment: unit({ enabled: true }) },
  { name: "a unit without a name", fragment: spec(2, { systemd: { units: [{ enabled: true }] } }), errors: [name] },
  { name: "a unit without a suffix", fragment: unit({ name: "a" }), errors: [name] },
  { name: "a unit with a bad suffix", fragment: unit({ name: "a.servce" }), errors: [name] },
  {
    name: "a unit as one object",
    fragment: spec(2, { systemd: { units: { name: "a.service" } } }),
    errors: ["systemd.units"],
  },
  { name: "enabled as text", fragment: unit({ enabled: "true" }), errors: ["systemd.units[0].enabled"] },
  {
    name: "a unit without [Install]",
    fragment: unit({ contents: "[Service]\nExecStart=a\n", enabled: true }),
    warnings: [contents],
  },
  { name: "a unit that is not enabled, without [Install]", fragment: unit({ contents: "[Service]\nExecStart=a\n" }) },
  ...["[Service", "[Service] x\n", "[Service]\nExecStart\n", "[Service]\nExecStart"].map((text) => ({
    name: `a unit of the text ${JSON.stringify(text)}`,
    fragment: unit({ contents: text }),
    errors: [contents],
  })),
  ...[
    "",
    "text without a section",
    "[Unit]\nA=b \\\n\n[Service]\nB=c",
    "[A]\r\nB=c\r\n",
    "# c \\\n[A\n[B]\n;x\nC=",
    "[Service]\nA=b\\",
  ].map((text) => ({ name: `a unit of the text ${JSON.stringify(text)}`, fragment: unit({ contents: text }) })),
  ...[2035, 2040, 3000, 10_000].map((length) => ({
    name: `a unit with a value of ${length} bytes`,
    fragment: unit({ contents: `[Service]\nExecStart=${"x".repeat(length)}\n` }),
    ...(length > 2037 && { errors: [contents] }),
  })),
  ...[1500, 4000].map((length) => ({
    name: `a value of ${length} bytes that is not buffered as a whole, so that Ignition does not see its length`,
    fragment: unit({ contents: `[Service]\n#${"c\n#".repeat(1200)}\nExecStart=${"x".repeat(length)}\n` }),
  })),
  {
    name: "a unit whose value goes on over many lines",
    fragment: unit({ contents: `[Service]\nExecStart=a \\\n${"b \\\n".repeat(2000)}\n` }),
  },
  {
    name: "a template without [Install] whose instance is enabled",
    fragment: spec(2, {
      systemd: {
        units: [
          { name: "a@.service", contents: "[Service]\nA=b\n" },
          { name: "a@b.service", enabled: true },
        ],
      },
    }),
    warnings: ["systemd.units[1].contents"],
  },
  {
    name: "units twice",
    fragment: spec(2, { systemd: { units: [{ name: "a.service" }, { name: "a.service" }] } }),
    errors: ["systemd.units[1]"],
  },
  { name: "a drop-in", fragment: unit({ dropins: [{ name: "10-a.conf", contents: "[Service]\nA=b\n" }] }) },
  {
    name: "drop-ins with a bad suffix, bad contents and twice",
    fragment: unit({ dropins: [{ name: "a" }, { name: "b.conf", contents: "[A" }, { name: "b.conf" }] }),
    errors: ["systemd.units[0].dropins[0].name", "systemd.units[0].dropins[1].contents", "systemd.units[0].dropins[2]"],
  },
  {
    name: "a file in the place of a unit and of a drop-in",
    fragment: spec(2, {
      storage: {
        files: [{ path: "/etc/systemd/system/a.service" }, { path: "/etc/systemd/system/a.service.d/b.conf" }],
      },
      systemd: { units: [{ name: "a.service", contents: service, dropins: [{ name: "b.conf", contents: "[A]\n" }] }] },
    }),
    errors: ["storage.files[0].path", "storage.files[1].path"],
  },
];

const storage = (parts: object, minor = 2): object => spec(minor, { storage: parts });
const partitions = (...list: object[]): object => storage({ disks: [{ device: "/dev/sda", partitions: list }] });
const partition = "storage.disks[0].partitions[0]";
const filesystem = (keys: object, minor = 2): object =>
  storage({ filesystems: [{ device: "/dev/a", ...keys }] }, minor);
const raid = (keys: object, minor = 2): object => storage({ raid: [{ name: "md", ...keys }] }, minor);
const luks = (keys: object, minor = 2): object => storage({ luks: [{ name: "l", device: "/dev/a", ...keys }] }, minor);

const disks: readonly FragmentCase[] = [
  {
    name: "disks, RAID, LUKS and a filesystem",
    fragment: storage({
      disks: [
        {
          device: "/dev/sda",
          wipeTable: true,
          partitions: [
            { label: "a", sizeMiB: 100, startMiB: 1 },
            { number: 2, startMiB: 101, sizeMiB: 0 },
          ],
        },
      ],
      raid: [{ name: "md", level: "raid1", devices: ["/dev/a", "/dev/b"], spares: 1, options: ["-a", "-a"] }],
      luks: [{ name: "l", device: "/dev/md/md", clevis: { tpm2: true }, keyFile: { source: "data:,k" } }],
      filesystems: [{ device: "/dev/mapper/l", format: "xfs", path: "/var", label: "var", mountOptions: ["a", "a"] }],
    }),
  },
  { name: "a disk without a device", fragment: storage({ disks: [{}] }), errors: ["storage.disks[0].device"] },
  { name: "a partition without number and label", fragment: partitions({ sizeMiB: 1 }), errors: [partition] },
  {
    name: "a partition's bad label and GUID",
    fragment: partitions({ label: "a:b", guid: "x" }),
    errors: [`${partition}.guid`, `${partition}.label`],
  },
  {
    name: "a partition that should not exist, with a size",
    fragment: partitions({ number: 1, shouldExist: false, sizeMiB: 1 }),
    errors: [partition],
  },
  {
    name: "partitions that collide and overlap",
    fragment: partitions({ number: 1, startMiB: 1, sizeMiB: 10 }, { number: 1, startMiB: 5, sizeMiB: 10 }),
    errors: ["storage.disks[0].partitions[1]"],
  },
  {
    name: "partition labels twice",
    fragment: partitions({ number: 1, label: "a" }, { number: 2, label: "a" }),
    errors: ["storage.disks[0].partitions[1]"],
  },
  {
    name: "resize before 3.2",
    fragment: spec(1, { storage: { disks: [{ device: "/dev/a", partitions: [{ number: 1, resize: true }] }] } }),
    warnings: [`${partition}.resize`],
  },
  {
    name: "a filesystem without a format",
    fragment: filesystem({ path: "/var" }),
    errors: ["storage.filesystems[0].format"],
  },
  { name: "a bad format", fragment: filesystem({ format: "ext3" }), errors: ["storage.filesystems[0].format"] },
  { name: "no format since 3.3", fragment: filesystem({ format: "none" }, 3) },
  { name: "no format before 3.3", fragment: filesystem({ format: "none" }), errors: ["storage.filesystems[0].format"] },
  {
    name: "a long label",
    fragment: filesystem({ format: "xfs", label: "thirteen-long" }),
    errors: ["storage.filesystems[0].label"],
  },
  {
    name: "a relative mount point",
    fragment: filesystem({ format: "xfs", path: "var" }),
    errors: ["storage.filesystems[0].path"],
  },
  {
    name: "a filesystem on a partitioned disk",
    fragment: storage({
      disks: [{ device: "/dev/a", partitions: [{ number: 1 }] }],
      filesystems: [{ device: "/dev/a", format: "xfs" }],
    }),
    warnings: ["storage.filesystems[0].device"],
  },
  {
    name: "a filesystem on a disk that is wiped",
    fragment: storage({
      disks: [{ device: "/dev/a", wipeTable: true }],
      filesystems: [{ device: "/dev/a", format: "xfs" }],
    }),
    warnings: ["storage.filesystems[0].device"],
  },
  {
    name: "a RAID without level and devices",
    fragment: raid({}, 3),
    errors: ["storage.raid[0].level", "storage.raid[0].devices"],
  },
  {
    name: "a RAID without a level before 3.3",
    fragment: raid({ devices: ["/dev/a"] }),
    errors: ["storage.raid[0].level"],
  },
  {
    name: "a bad RAID level and devices",
    fragment: raid({ level: "raid7", devices: ["a", "/dev/b", "/dev/b"] }),
    errors: ["storage.raid[0].level", "storage.raid[0].devices[0]", "storage.raid[0].devices[2]"],
  },
  {
    name: "spares of a stripe",
    fragment: raid({ level: "raid0", devices: ["/dev/a"], spares: 1 }),
    errors: ["storage.raid[0].spares"],
  },
  { name: "LUKS before 3.2", fragment: luks({}, 1), warnings: ["storage.luks"] },
  {
    name: "a bad LUKS device",
    fragment: storage({ luks: [{ name: "a/b", label: "x".repeat(48) }] }),
    errors: ["storage.luks[0].name", "storage.luks[0].label", "storage.luks[0].device"],
  },
  {
    name: "a bad key file",
    fragment: luks({ keyFile: { source: "/key" } }),
    errors: ["storage.luks[0].keyFile.source"],
  },
  {
    name: "a bad Tang server",
    fragment: luks({ clevis: { tang: [{ url: "t", advertisement: "{" }] } }, 4),
    errors: [
      "storage.luks[0].clevis.tang[0].url",
      "storage.luks[0].clevis.tang[0].thumbprint",
      "storage.luks[0].clevis.tang[0].advertisement",
    ],
  },
  {
    name: "a bad custom pin, with others",
    fragment: luks({ clevis: { tpm2: true, custom: { pin: "x" } } }, 3),
    errors: ["storage.luks[0].clevis.custom.pin", "storage.luks[0].clevis.custom.config", "storage.luks[0].clevis"],
  },
  { name: "a custom pin", fragment: luks({ clevis: { custom: { pin: "sss", config: "{}", needsNetwork: true } } }) },
  {
    name: "CEX with a key file",
    fragment: luks({ cex: { enabled: true }, keyFile: { source: "data:,k" } }, 5),
    errors: ["storage.luks[0].cex"],
  },
  {
    name: "CEX before 3.5",
    fragment: luks({ cex: { enabled: true }, discard: true }, 3),
    warnings: ["storage.luks[0].cex", "storage.luks[0].discard"],
  },
];

/** Units, disks, RAIDs, LUKS devices and filesystems. */
export const unitsAndDisks: readonly FragmentCase[] = [...units, ...disks];
