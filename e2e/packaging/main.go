// Command bundle-check judges an OLM bundle's folder by operator-framework's own validators: those that "operator-sdk
// bundle validate" always runs, and the optional ones; and by what they let pass. It prints a line for each finding and exits with 1 if there is any,
// warnings included. "bundle-check definition" prints the definition of ClusterServiceVersion instead.
package main

import (
	"fmt"
	"os"
	"slices"

	"github.com/operator-framework/api/crds"
	"github.com/operator-framework/api/pkg/manifests"
	"github.com/operator-framework/api/pkg/validation"
	"github.com/operator-framework/api/pkg/validation/errors"
	apiextensions "k8s.io/apiextensions-apiserver/pkg/apis/apiextensions/v1"
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
	// All but two that are deprecated, whose parts are here one by one or judge a catalog, and
	// MultipleArchitecturesValidator, which pulls the images.
	validators := validation.DefaultBundleValidators.WithValidators(
		validation.OperatorHubV2Validator,
		validation.StandardCapabilitiesValidator,
		validation.StandardCategoriesValidator,
		validation.ObjectValidator,
		validation.OperatorGroupValidator,
		validation.AlphaDeprecatedAPIsValidator,
		validation.GoodPracticesValidator,
	)
	findings := 0
	for _, result := range validators.Validate(objects...) {
		findings += report(result.Errors) + report(result.Warnings)
	}
	for _, finding := range mismatches(bundle) {
		fmt.Println("Error:", finding)
		findings++
	}
	if findings > 0 {
		os.Exit(1)
	}
	fmt.Println("nothing found in", bundle.CSV.Name)
}

// mismatches are what the validators above let pass: an owned definition is found by its kind alone, whatever its name.
func mismatches(bundle *manifests.Bundle) []string {
	var found []string
	defined := map[string]*apiextensions.CustomResourceDefinition{}
	for _, crd := range bundle.V1CRDs {
		defined[crd.Name] = crd
	}
	for _, owned := range bundle.CSV.Spec.CustomResourceDefinitions.Owned {
		crd := defined[owned.Name]
		delete(defined, owned.Name)
		if crd == nil {
			found = append(found, fmt.Sprintf("owned definition %q is not in the bundle", owned.Name))
		} else if crd.Spec.Names.Kind != owned.Kind || !serves(crd, owned.Version) {
			found = append(found, fmt.Sprintf("definition %q has no kind %s of version %s", owned.Name, owned.Kind, owned.Version))
		}
	}
	for name := range defined {
		found = append(found, fmt.Sprintf("definition %q of the bundle is not among those owned", name))
	}
	if bundle.Package == "" || !slices.Contains(bundle.Channels, bundle.DefaultChannel) {
		found = append(found, "metadata/annotations.yaml must name the package, and a default channel that is one of its channels")
	}
	return found
}

func serves(crd *apiextensions.CustomResourceDefinition, version string) bool {
	return slices.ContainsFunc(crd.Spec.Versions, func(each apiextensions.CustomResourceDefinitionVersion) bool {
		return each.Name == version && each.Served
	})
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
