// The engine starts a policy pack under ts-node, which does not load ES modules (@pulumi/pulumi, cmd/run-policy-pack).
// What an ES module imports is loaded by Node, which strips the types itself.
import "./pack.ts";
