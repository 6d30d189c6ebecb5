import { once } from "node:events";
import { connect } from "node:tls";
import { canonicalIp } from "../../../../components/lib/ip.ts";

const kubeletPort = 10250;

/** The addresses for which a kubelet's serving certificate is, as it shows it to who connects to one of them. */
export async function addressesInCertificate(host: string): Promise<string[]> {
  const socket = connect({ host, port: kubeletPort, rejectUnauthorized: false });
  await once(socket, "secureConnect");
  const { subjectaltname = "" } = socket.getPeerCertificate();
  socket.destroy();
  return [...subjectaltname.matchAll(/IP Address:([^,]+)/g)].map(([, address = ""]) => canonicalIp(address));
}
