package dev.kvcachepool.manifests;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;

/** The files of the Helm chart that are made: those that templates read, {@code values.yaml}, and the README's table. */
final class Chart {
    private static final String VALUES = "## Values\n";

    private Chart() {}

    static Path folder(Path root) {
        return root.resolve("manifests/helm/kvcachepool-operator");
    }

    /** Their content by path within the chart. */
    static Map<String, String> files(Path root) {
        var base = Base.of(root);
        var schema = schema(root);
        var files = new TreeMap<String, String>();
        files.put("files/deployment.yaml", base.deploymentText());
        files.put("files/cluster-role-rules.yaml", base.clusterRoleRules());
        files.put("files/lease-role-rules.yaml", base.leaseRoleRules());
        Definitions.texts(root).forEach((name, text) -> files.put("files/crds/" + name, text));
        files.put("values.yaml", Values.yaml(schema));
        files.put("README.md", introduction(root) + VALUES + "\n" + Values.table(schema));
        return files;
    }

    static ObjectNode schema(Path root) {
        return Yaml.document(folder(root).resolve("values.schema.json"));
    }

    /** What people wrote above the table. */
    private static String introduction(Path root) {
        var page = Yaml.text(folder(root).resolve("README.md"));
        var table = page.indexOf(VALUES);
        return table < 0 ? page : page.substring(0, table);
    }
}
