package provider

import (
	"fmt"
	"sort"
	"strings"

	"github.com/pulumi/pulumi-terraform-bridge/v3/pkg/tfbridge"
	shim "github.com/pulumi/pulumi-terraform-bridge/v3/pkg/tfshim"
)

// Member is what a program may give (Inputs) and gets back (Outputs): property name -> TypeScript type.
type Member struct {
	Terraform string            `json:"terraform"`
	Inputs    map[string]string `json:"inputs"`
	Outputs   map[string]string `json:"outputs"`
}

// Description of all the plugin offers, by token.
type Description struct {
	Version   string            `json:"version"`
	Config    map[string]string `json:"config"`
	Resources map[string]Member `json:"resources"`
	Functions map[string]Member `json:"functions"`
}

// Describe names the properties and their types as they pass between the program and the plugin.
func Describe(info tfbridge.ProviderInfo) Description {
	all := Description{
		Version: info.Version, Config: properties(info.P.Schema(), info.Config, true),
		Resources: map[string]Member{}, Functions: map[string]Member{},
	}
	for name, resource := range info.Resources {
		schema := info.P.ResourcesMap().Get(name).Schema()
		all.Resources[string(resource.Tok)] = member(name, schema, resource.Fields)
	}
	for name, source := range info.DataSources {
		schema := info.P.DataSourcesMap().Get(name).Schema()
		all.Functions[string(source.Tok)] = member(name, schema, source.Fields)
	}
	return all
}

type fields = map[string]*tfbridge.SchemaInfo

func member(name string, schema shim.SchemaMap, infos fields) Member {
	return Member{
		Terraform: name,
		Inputs:    properties(schema, infos, true),
		Outputs:   properties(schema, infos, false),
	}
}

func properties(schema shim.SchemaMap, infos fields, inputs bool) map[string]string {
	found := map[string]string{}
	schema.Range(func(key string, property shim.Schema) bool {
		if !inputs || property.Optional() || property.Required() {
			name := tfbridge.TerraformToPulumiNameV2(key, schema, infos)
			found[name] = typeOf(property, infos[key])
		}
		return true
	})
	return found
}

func typeOf(schema shim.Schema, info *tfbridge.SchemaInfo) string {
	switch schema.Type() {
	case shim.TypeBool:
		return "boolean"
	case shim.TypeInt, shim.TypeFloat:
		return "number"
	case shim.TypeString:
		return "string"
	case shim.TypeMap, shim.TypeList, shim.TypeSet:
		return collection(schema, info)
	default:
		panic(fmt.Sprintf("no TypeScript type for %v", schema.Type()))
	}
}

func collection(schema shim.Schema, info *tfbridge.SchemaInfo) string {
	element := "any"
	switch elem := schema.Elem().(type) {
	case shim.Schema:
		element = typeOf(elem, nil)
	case shim.Resource:
		// npm's nested types have what is only computed among the inputs too
		element = object(properties(elem.Schema(), nil, false))
	}
	if tfbridge.IsMaxItemsOne(schema, info) {
		return element
	}
	if schema.Type() == shim.TypeMap {
		return "{[key: string]: " + element + "}"
	}
	return element + "[]"
}

func object(members map[string]string) string {
	var parts []string
	for name, text := range members {
		parts = append(parts, name+": "+text)
	}
	sort.Strings(parts)
	return "{" + strings.Join(parts, "; ") + "}"
}
