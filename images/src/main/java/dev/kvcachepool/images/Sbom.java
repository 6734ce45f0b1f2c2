package dev.kvcachepool.images;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * What is in an image, as CycloneDX 1.6: what Maven says of a program's libraries, held against the jars that are there, with the
 * Java runtime and the system's packages. Nothing is listed that isn't there, and a jar that Maven does not know is an error.
 */
final class Sbom {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Pattern CLASSIFIER = Pattern.compile("[?&]classifier=([^&]+)");
    private static final String REF = "bom-ref";

    private final ObjectNode bill;
    private final List<String> added = new ArrayList<>();

    private Sbom(ObjectNode bill) {
        this.bill = bill;
    }

    /** Begins with what CycloneDX's Maven plugin wrote of the program's module. */
    static Sbom ofMaven(Path bom) throws IOException {
        if (!Files.exists(bom)) {
            throw new IOException(bom + " is not there: run make sbom, which has Maven write it");
        }
        return new Sbom((ObjectNode) JSON.readTree(bom.toFile()));
    }

    /**
     * Keeps the components whose jars lie below {@code libraries}, with the hashes of those jars.
     *
     * @throws IOException naming the jars that no component is for, among others
     */
    Sbom jars(Path libraries) throws IOException {
        var files = filesByName(libraries);
        var kept = JSON.createArrayNode();
        for (var component : bill.withArray("components")) {
            var jar = files.remove(fileName((ObjectNode) component));
            if (jar != null) {
                kept.add(hashed((ObjectNode) component, jar));
            }
        }
        if (!files.isEmpty()) {
            throw new IOException("no component is known for "
                    + String.join(", ", files.keySet().stream().sorted().toList()));
        }
        bill.set("components", kept);
        return this;
    }

    /** Adds each file below a folder by its name and hash; nothing if the folder isn't there. */
    Sbom files(Path folder) throws IOException {
        if (Files.isDirectory(folder)) {
            for (var file : filesByName(folder).entrySet().stream()
                    .sorted(Map.Entry.comparingByKey())
                    .toList()) {
                add("file", file.getKey(), "", "file/" + file.getKey(), file.getValue());
            }
        }
        return this;
    }

    /** Adds the Java runtime, by what its {@code release} file says. */
    Sbom runtime(Path java) throws IOException {
        var version = property(java.resolve("release"), "JAVA_VERSION");
        var component = component("framework", "openjdk", version, "pkg:generic/openjdk@" + version);
        component.put("description", "A Java runtime of the modules that the program needs");
        bill.withArray("components").add(component);
        return this;
    }

    /** Adds the packages that have the system's files. */
    Sbom packages(Collection<SystemPackages.Installed> packages) {
        for (var one : packages) {
            bill.withArray("components").add(component("library", one.name(), one.version(), one.purl()));
        }
        return this;
    }

    private void add(String type, String name, String version, String ref, Path file) throws IOException {
        bill.withArray("components").add(hashed(component(type, name, version, ref), file));
    }

    private ObjectNode component(String type, String name, String version, String ref) {
        var component = JSON.createObjectNode();
        component.put("type", type).put(REF, ref).put("name", name);
        if (!version.isEmpty()) {
            component.put("version", version);
        }
        if (ref.startsWith("pkg:")) {
            component.put("purl", ref);
        }
        added.add(ref);
        return component;
    }

    /**
     * Writes it.
     *
     * @param image its name with its tag
     */
    void write(Path file, String image, Path archive) throws IOException {
        var metadata = bill.withObjectProperty("metadata");
        var program = (ObjectNode) metadata.path("component");
        var dependencies = keptDependencies(program.path(REF).asText());
        bill.withArray("components").insert(0, program.put("type", "application"));
        var colon = image.lastIndexOf(':');
        var container = JSON.createObjectNode();
        container
                .put("type", "container")
                .put(REF, image)
                .put("name", image.substring(0, colon))
                .put("version", image.substring(colon + 1));
        metadata.set("component", hashed(container, archive));
        var all = JSON.createObjectNode().put("ref", image);
        all.putArray("dependsOn").add(program.path(REF).asText()).addAll(texts(added));
        bill.set("dependencies", dependencies.insert(0, all));
        JSON.writerWithDefaultPrettyPrinter().writeValue(file.toFile(), bill);
    }

    /** Maven's edges between what is in the image. */
    private ArrayNode keptDependencies(String program) {
        var here = new HashSet<>(Set.of(program));
        bill.withArray("components")
                .forEach(component -> here.add(component.path(REF).asText()));
        var kept = JSON.createArrayNode();
        for (var dependency : bill.withArray("dependencies")) {
            if (here.contains(dependency.path("ref").asText())) {
                var on = Stream.<String>builder();
                dependency.path("dependsOn").forEach(ref -> on.add(ref.asText()));
                var edge = JSON.createObjectNode()
                        .put("ref", dependency.path("ref").asText());
                edge.putArray("dependsOn")
                        .addAll(texts(on.build().filter(here::contains).toList()));
                kept.add(edge);
            }
        }
        return kept;
    }

    private static List<JsonNode> texts(List<String> texts) {
        return texts.stream()
                .<JsonNode>map(text -> JSON.getNodeFactory().textNode(text))
                .toList();
    }

    /** As Quarkus calls a library's file. */
    private static String fileName(ObjectNode component) {
        var classifier = CLASSIFIER.matcher(component.path("purl").asText());
        return component.path("group").asText() + "." + component.path("name").asText() + "-"
                + component.path("version").asText() + (classifier.find() ? "-" + classifier.group(1) : "") + ".jar";
    }

    private static ObjectNode hashed(ObjectNode component, Path file) throws IOException {
        var hash = JSON.createObjectNode().put("alg", "SHA-256").put("content", sha256(file));
        component.set("hashes", JSON.createArrayNode().add(hash));
        return component;
    }

    private static String sha256(Path file) throws IOException {
        try (var stream = new DigestInputStream(Files.newInputStream(file), MessageDigest.getInstance("SHA-256"))) {
            stream.transferTo(OutputStream.nullOutputStream());
            return HexFormat.of().formatHex(stream.getMessageDigest().digest());
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA-256", e);
        }
    }

    private static Map<String, Path> filesByName(Path folder) throws IOException {
        var byName = new HashMap<String, Path>();
        for (var file : Trees.files(folder)) {
            byName.put(file.getFileName().toString(), file);
        }
        return byName;
    }

    private static String property(Path file, String name) throws IOException {
        for (var line : Files.readAllLines(file)) {
            if (line.startsWith(name + "=")) {
                return line.substring(name.length() + 1).replace("\"", "");
            }
        }
        throw new IOException(file + " has no " + name);
    }
}
