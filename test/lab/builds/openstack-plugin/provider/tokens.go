package provider

import (
	"fmt"
	"regexp"
	"strings"

	shim "github.com/pulumi/pulumi-terraform-bridge/v3/pkg/tfshim"
)

// Terraform service prefixes that npm spells out.
var modules = map[string]string{"db": "database", "fw": "firewall", "lb": "loadbalancer"}

// Keys of the npm tokens that follow no rule, by Terraform name.
var (
	irregularResources = map[string]string{
		"openstack_blockstorage_quotaset_v2": "blockstorage/quotesetv2",
		"openstack_blockstorage_quotaset_v3": "blockstorage/quotesetv3",
		"openstack_objectstorage_object_v1":  "objectstorage/containerobject",
	}
	irregularFunctions = map[string]string{
		"openstack_dns_zone_v2":                            "dns/dnszone",
		"openstack_fw_group_v2":                            "index/fwgroupv2",
		"openstack_fw_policy_v2":                           "index/fwpolicyv2",
		"openstack_fw_rule_v2":                             "index/fwrulev2",
		"openstack_sharedfilesystem_availability_zones_v2": "sharedfilesystem/availbilityzones",
	}
)

var (
	tokenParts = regexp.MustCompile(`^openstack:(\w+)/\w+:(?:get)?(\w+)$`)
	version    = regexp.MustCompile(`v\d$`)
)

// tokenKey reduces openstack:compute/getFlavor:getFlavor to compute/flavor.
func tokenKey(token string) string {
	parts := tokenParts.FindStringSubmatch(token)
	if parts == nil {
		panic(fmt.Sprintf("not a token of a resource or a function: %s", token))
	}
	return parts[1] + "/" + strings.ToLower(parts[2])
}

// nameKey reduces openstack_compute_flavor_v2 to compute/flavorv2.
func nameKey(name string, irregular map[string]string) string {
	if key, ok := irregular[name]; ok {
		return key
	}
	service, rest, _ := strings.Cut(strings.TrimPrefix(name, "openstack_"), "_")
	if module, ok := modules[service]; ok {
		service = module
	}
	return service + "/" + strings.ReplaceAll(rest, "_", "")
}

// assign gives each token its Terraform name: the one of the same key, else of the same key without the version, for
// which npm names one version of each kind plainly.
func assign(npm, names []string, irregular map[string]string) map[string]string {
	tokens := map[string]string{}
	for _, token := range npm {
		tokens[tokenKey(token)] = token
	}
	found := map[string]string{}
	take := func(name, key string) bool {
		token, ok := tokens[key]
		if ok {
			found[name] = token
			delete(tokens, key)
		}
		return ok
	}
	var rest []string
	for _, name := range names {
		if !take(name, nameKey(name, irregular)) {
			rest = append(rest, name)
		}
	}
	for _, name := range rest {
		if !take(name, version.ReplaceAllString(nameKey(name, irregular), "")) {
			panic(fmt.Sprintf("%s has no token of its own in the npm package", name))
		}
	}
	if len(tokens) > 0 {
		panic(fmt.Sprintf("tokens without a Terraform name: %v", tokens))
	}
	return found
}

func names(resources shim.ResourceMap) []string {
	var all []string
	resources.Range(func(name string, _ shim.Resource) bool {
		all = append(all, name)
		return true
	})
	return all
}
