import type { Actor } from "./actor.ts";
import { filedRequest, isApproved, isIssued, type RequestTexts } from "./requests.ts";

const csrs = "certificatesigningrequests";

/** How long an approved request is kept (kubernetes, pkg/controller/certificates/cleaner), ms. */
const approvedLifetime = 3_600_000;

/** Signs what is approved, and removes it an hour later: kube-controller-manager. */
export function certificateController(signs: number): Actor {
  const name = "kube-controller-manager";
  return {
    name,
    start: (simulation) => {
      const { world } = simulation;
      const seen = new Set<string>();
      world.onChange(({ kind, type, object }) => {
        const { uid, name: request } = object.metadata;
        if (kind !== csrs || type === "DELETED" || !isApproved(object) || seen.has(uid)) return;
        seen.add(uid);
        simulation.later(signs, `${name} signs ${request}`, () => {
          const now = world.get(csrs, request);
          if (!now || isIssued(now)) return;
          world.put(csrs, { ...now, status: { ...(now["status"] as object), certificate: "LS0t" } }, name);
        });
        const remove = (): void => world.delete(csrs, request, undefined, name);
        simulation.later(approvedLifetime, `${name} removes ${request}`, remove, true);
      });
    },
  };
}

/** Somebody with the bootstrap credential who asks for the worker's name. */
export interface Impostor {
  /** ms after the start */
  readonly at: number;
  readonly asks: "with another key" | "with alternative names" | "for a serving certificate of another address";
}

export function impostors(deeds: readonly Impostor[], requests: RequestTexts): Actor {
  return {
    name: "impostor",
    start: (simulation) => {
      for (const [i, { at, asks }] of deeds.entries()) {
        simulation.later(at, `an impostor asks ${asks}`, () => {
          const name = `csr-impostor-${i}`;
          const filed =
            asks === "with another key"
              ? filedRequest(name, "client", requests.client, "impostor")
              : asks === "with alternative names"
                ? filedRequest(name, "client", requests.withAlternativeNames, "wrong")
                : filedRequest(name, "serving", requests.withAnotherAddress, "wrong");
          simulation.world.put(csrs, filed, "impostor");
        });
      }
    },
  };
}
