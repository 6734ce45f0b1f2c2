package dev.kvcachepool.e2e.kube.view;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.kvcachepool.e2e.kube.model.Json;
import dev.kvcachepool.e2e.kube.model.ResourceType;
import java.util.List;

/** Objects as {@code meta.k8s.io/v1} Tables, which is how kubectl asks for what it shows. */
public final class Tables {
    private final List<Column> columns;
    private final String include;

    /**
     * Tables of that kind.
     *
     * @param include how much of the object each row carries: {@code None}, {@code Metadata} or {@code Object}
     */
    public Tables(ResourceType type, String include) {
        this.columns = type.custom()
                .map(custom -> CustomColumns.of(custom.columns()))
                .orElseGet(() -> BuiltInColumns.of(type.resource()));
        this.include = include;
    }

    /** A table of these; in a watch, only the first one names the columns. */
    public ObjectNode of(Iterable<ObjectNode> objects, ObjectNode metadata, boolean withColumns) {
        var table = Json.object().put("kind", "Table").put("apiVersion", "meta.k8s.io/v1");
        table.set("metadata", metadata);
        var definitions = table.putArray("columnDefinitions");
        if (withColumns) {
            columns.forEach(column -> definitions.add(column.definition()));
        }
        var rows = table.putArray("rows");
        for (var object : objects) {
            var row = rows.addObject();
            var cells = row.putArray("cells");
            columns.forEach(column -> cells.add(column.cell().apply(object)));
            embed(row, object);
        }
        return table;
    }

    private void embed(ObjectNode row, ObjectNode object) {
        if (include.equals("Object")) {
            row.set("object", object);
        } else if (!include.equals("None")) {
            var partial = Json.object().put("kind", "PartialObjectMetadata").put("apiVersion", "meta.k8s.io/v1");
            partial.set("metadata", object.path("metadata"));
            row.set("object", partial);
        }
    }
}
