// Command pulumi-resource-kubernetes is the official Kubernetes plugin of the Pulumi engine. Its own package main cannot be
// built in the module cache, because the files that it embeds are generated beside it; this one does the same.
package main

import (
	_ "embed"

	"github.com/pulumi/pulumi-kubernetes/provider/v4/pkg/provider"
	"github.com/pulumi/pulumi-kubernetes/provider/v4/pkg/version"
)

//go:embed schema-embed.json
var schema []byte

//go:embed terraform-mapping-embed.json
var terraformMapping []byte

func main() {
	provider.Serve("kubernetes", version.Version, schema, terraformMapping)
}
