package dev.kvcachepool.bench.store;

import dev.kvcachepool.bench.report.BarPlot;
import dev.kvcachepool.bench.report.Conditions;
import dev.kvcachepool.bench.report.Figure;
import dev.kvcachepool.bench.report.MarkdownTable;
import dev.kvcachepool.bench.report.Target;
import dev.kvcachepool.bench.servers.Transport;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;

/** A run as JSON, Markdown and plots. */
record StoreReport(Conditions conditions, StoreSettings settings, double checkingAlone, StoreResults results) {

    /** For Jackson: plain records, figures in the units that their names tell. */
    Json json() {
        var cells = new ArrayList<JsonCell>();
        results.all().forEach((cell, result) -> cells.add(JsonCell.of(cell, result)));
        return new Json(
                conditions, settings, checkingAlone, cells, targets(), results.wrongBytes(), results.lostValues());
    }

    private List<Target> targets() {
        return new StoreTargets(results, settings.connections()).of(settings.sizes());
    }

    String markdown() {
        var text = new StringBuilder("# GET and SET\n\n" + conditions.text());
        text.append("Medians of %d rounds of %d ms; every byte of every GET summed, which alone runs at %s GB/s.\n\n"
                .formatted(settings.rounds(), settings.millis(), Figure.of(checkingAlone)));
        for (var operation : Operation.values()) {
            text.append("## ")
                    .append(operation)
                    .append("\n\n")
                    .append(table(operation))
                    .append('\n');
        }
        text.append("## Targets, TCP, %d connections\n\n"
                .formatted(new StoreTargets(results, settings.connections()).connections()));
        text.append(Target.table(targets()));
        text.append("\nWrong bytes: %d. Values lost or refused: %d.\n"
                .formatted(results.wrongBytes(), results.lostValues()));
        return text.toString();
    }

    private String table(Operation operation) {
        var table = new MarkdownTable("size", "conns", "server", "way", "GB/s", "p50 ms", "p99 ms", "CPU-s/GB");
        for (long size : settings.sizes()) {
            for (int connections : settings.connections()) {
                results.all().forEach((cell, result) -> {
                    if (cell.operation() == operation && cell.size() == size && cell.connections() == connections) {
                        table.row(row(cell, result));
                    }
                });
            }
        }
        return table.text();
    }

    private static List<String> row(Cell cell, CellResult result) {
        var tally = result.tally();
        return List.of(
                Figure.size(cell.size()),
                "" + cell.connections(),
                cell.server(),
                cell.transport().label(),
                Figure.of(result.rate()),
                Figure.of(tally.millis(50)),
                Figure.of(tally.millis(99)),
                Figure.of(result.cpu()));
    }

    /** GET and SET over TCP, at the connections where targets are judged: a group of bars a size, a bar a server. */
    List<BarPlot> plots() {
        var plots = new ArrayList<BarPlot>();
        int connections = new StoreTargets(results, settings.connections()).connections();
        var labels = settings.sizes().stream().map(Figure::size).toList();
        for (var operation : Operation.values()) {
            var series = new LinkedHashMap<String, List<Double>>();
            for (var server : servers()) {
                series.put(
                        server,
                        settings.sizes().stream()
                                .map(size -> rate(new Cell(server, Transport.TCP, operation, size, connections)))
                                .toList());
            }
            plots.add(new BarPlot(operation + ", TCP, " + connections + " connections", "GB/s", labels, series));
        }
        return plots;
    }

    private LinkedHashSet<String> servers() {
        var servers = new LinkedHashSet<String>();
        settings.servers().stream()
                .filter(server -> results.all().keySet().stream()
                        .anyMatch(cell -> cell.server().equals(server)))
                .forEach(servers::add);
        return servers;
    }

    private double rate(Cell cell) {
        var result = results.of(cell);
        return result == null ? 0 : result.rate();
    }

    record Json(
            Conditions conditions,
            StoreSettings settings,
            double checkingAloneGigabytesPerSecond,
            List<JsonCell> cells,
            List<Target> targets,
            long wrongBytes,
            long lostValues) {}

    record JsonCell(
            Cell cell,
            double gigabytesPerSecond,
            List<Double> rounds,
            double p50Millis,
            double p99Millis,
            double cpuSecondsPerGigabyte,
            long requests,
            long wrongBytes) {
        static JsonCell of(Cell cell, CellResult result) {
            var tally = result.tally();
            return new JsonCell(
                    cell,
                    result.rate(),
                    result.rates(),
                    tally.millis(50),
                    tally.millis(99),
                    result.cpu(),
                    tally.count(),
                    tally.wrongBytes());
        }
    }
}
