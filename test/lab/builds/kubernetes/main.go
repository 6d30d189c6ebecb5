// Command kube is the lab's cluster in one binary: the name it is called by (or its first argument) chooses the
// component, so that the packages the components share are compiled and linked once.
package main

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	_ "time/tzdata"

	"github.com/spf13/cobra"
	"k8s.io/apimachinery/pkg/util/wait"
	cloudprovider "k8s.io/cloud-provider"
	cloudapp "k8s.io/cloud-provider/app"
	"k8s.io/cloud-provider/app/config"
	"k8s.io/cloud-provider/names"
	"k8s.io/cloud-provider/options"
	"k8s.io/component-base/cli"
	cliflag "k8s.io/component-base/cli/flag"
	_ "k8s.io/component-base/logs/json/register"
	_ "k8s.io/component-base/metrics/prometheus/clientgo"
	_ "k8s.io/component-base/metrics/prometheus/version"
	fakecri "k8s.io/cri-client/pkg/fake"
	kubectl "k8s.io/kubectl/pkg/cmd"
	apiserver "k8s.io/kubernetes/cmd/kube-apiserver/app"
	controllermanager "k8s.io/kubernetes/cmd/kube-controller-manager/app"
	scheduler "k8s.io/kubernetes/cmd/kube-scheduler/app"
	kubelet "k8s.io/kubernetes/cmd/kubelet/app"

	"k8s.io/cloud-provider-openstack/pkg/openstack"
)

var components = map[string]func() *cobra.Command{
	"kube-apiserver":                     apiserver.NewAPIServerCommand,
	"kube-controller-manager":            controllermanager.NewControllerManagerCommand,
	"kube-scheduler":                     func() *cobra.Command { return scheduler.NewSchedulerCommand() },
	"kubelet":                            func() *cobra.Command { return kubelet.NewKubeletCommand(context.Background()) },
	"openstack-cloud-controller-manager": cloudController,
	"kubectl":                            func() *cobra.Command { return kubectl.NewDefaultKubectlCommand() },
	"cri":                                cri,
}

func main() {
	name := filepath.Base(os.Args[0])
	if _, ok := components[name]; !ok && len(os.Args) > 1 {
		name, os.Args = os.Args[1], os.Args[1:]
	}
	component, ok := components[name]
	if !ok {
		fmt.Fprintf(os.Stderr, "kube: no component %q\n", name)
		os.Exit(2)
	}
	os.Exit(cli.Run(component()))
}

// cloudController is cmd/openstack-cloud-controller-manager of k8s.io/cloud-provider-openstack v1.34.1, whose main
// package cannot be imported.
func cloudController() *cobra.Command {
	opts, err := options.NewCloudControllerManagerOptions()
	if err != nil {
		fmt.Fprintf(os.Stderr, "cloud controller options: %v\n", err)
		os.Exit(1)
	}
	flags := cliflag.NamedFlagSets{}
	openstack.AddExtraFlags(flags.FlagSet("OpenStack Client"))
	return cloudapp.NewCloudControllerManagerCommand(opts, initCloud, cloudapp.DefaultInitFuncConstructors,
		names.CCMControllerAliases(), flags, wait.NeverStop)
}

func initCloud(config *config.CompletedConfig) cloudprovider.Interface {
	provider := config.ComponentConfig.KubeCloudShared.CloudProvider
	cloud, err := cloudprovider.InitCloudProvider(provider.Name, provider.CloudConfigFile)
	if err != nil || cloud == nil {
		fmt.Fprintf(os.Stderr, "cloud provider %q: %v\n", provider.Name, err)
		os.Exit(1)
	}
	return cloud
}

// cri serves a container runtime that runs nothing: pods exist as far as the API is concerned.
func cri() *cobra.Command {
	return &cobra.Command{
		Use:  "cri unix:///path/of/socket",
		Args: cobra.ExactArgs(1),
		RunE: func(_ *cobra.Command, args []string) error {
			runtime := fakecri.NewFakeRemoteRuntime()
			// The kubelet takes an image without a size for a broken one, and its pods would never run.
			runtime.ImageService.SetFakeImageSize(1 << 20)
			if err := runtime.Start(args[0]); err != nil {
				return err
			}
			select {}
		},
	}
}
