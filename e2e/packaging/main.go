// Command bundle-check judges an OLM bundle's folder by operator-framework's own validators: those that "operator-sdk
// bundle validate" always runs, and the optional ones. It prints a line for each finding and exits with 1 if there is any,
// warnings included. "bundle-check definition" prints the definition of ClusterServiceVersion instead.
package main

import (
	"fmt"
	"os"

	"github.com/operator-framework/api/crds"
	"github.com/operator-framework/api/pkg/manifests"
	"github.com/operator-framework/api/pkg/validation"
	"github.com/operator-framework/api/pkg/validation/errors"
	"sigs.k8s.io/yaml"
)

func main() {
	if len(os.Args) == 2 && os.Args[1] == "definition" {
		definition()
		return
	}
	if len(os.Args) != 3 {
		fmt.Fprintln(os.Stderr, "usage: bundle-check FOLDER KUBERNETES-VERSION | bundle-check definition")
		os.Exit(2)
	}
	bundle, err := manifests.GetBundleFromDir(os.Args[1])
	if err != nil {
		fmt.Println("Error: the bundle can't be read:", err)
		os.Exit(1)
	}
	objects := append(bundle.ObjectsToValidate(), map[string]string{"k8s-version": os.Args[2]})
	// All but the two that are deprecated: the parts of OperatorHubValidator are here one by one, and
	// CommunityOperatorValidator judges a catalog's image.
	validators := validation.DefaultBundleValidators.WithValidators(
		validation.OperatorHubV2Validator,
		validation.StandardCapabilitiesValidator,
		validation.StandardCategoriesValidator,
		validation.ObjectValidator,
		validation.OperatorGroupValidator,
		validation.AlphaDeprecatedAPIsValidator,
		validation.GoodPracticesValidator,
		validation.MultipleArchitecturesValidator,
	)
	findings := 0
	for _, result := range validators.Validate(objects...) {
		findings += report(result.Errors) + report(result.Warnings)
	}
	if findings > 0 {
		os.Exit(1)
	}
	fmt.Println("nothing found in", bundle.CSV.Name)
}

func report(found []errors.Error) int {
	for _, finding := range found {
		fmt.Println(finding.Error())
	}
	return len(found)
}

func definition() {
	text, err := yaml.Marshal(crds.ClusterServiceVersion())
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	os.Stdout.Write(text)
}
