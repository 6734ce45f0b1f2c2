package dev.kvcachepool.operator.status;

import static org.assertj.core.api.Assertions.assertThat;

import dev.kvcachepool.crds.NodeStatus;
import dev.kvcachepool.crds.NodeStatus.TierStatus;
import dev.kvcachepool.operator.probe.NodeView;
import dev.kvcachepool.operator.probe.NodeView.TierView;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class NodeStatusesTest {
    private static final long GIBI = 1L << 30;

    private static NodeView node(String name, long incarnation, long used) {
        return new NodeView(name, "Serving", incarnation, "k1", List.of(new TierView("host", GIBI, used)));
    }

    private static NodeStatus row(String name, long incarnation, String used) {
        return new NodeStatus(name, "Serving", incarnation, "k1", List.of(new TierStatus("host", "1Gi", used)));
    }

    @Test
    void nodesAreListedByName() {
        // When
        var rows = NodeStatuses.of(List.of(node("p-1", 2, 0), node("p-0", 1, GIBI / 2)), List.of());
        // Then
        assertThat(rows).containsExactly(row("p-0", 1, "512Mi"), row("p-1", 2, "0"));
        assertThat(NodeStatuses.sum(rows, TierStatus::capacity)).contains("2Gi");
        assertThat(NodeStatuses.sum(rows, TierStatus::used)).contains("512Mi");
    }

    @Test
    void whatHasHardlyMovedIsLeftAsItWas() {
        // Given
        var before = List.of(row("p-0", 1, "512Mi"));
        // When, Then
        assertThat(NodeStatuses.of(List.of(node("p-0", 1, GIBI / 2 + GIBI / 51)), before))
                .isEqualTo(before);
        assertThat(NodeStatuses.of(List.of(node("p-0", 1, GIBI / 2 - GIBI / 49)), before))
                .isNotEqualTo(before);
        assertThat(NodeStatuses.ratio(71, 70)).isEqualTo(70);
        assertThat(NodeStatuses.ratio(72, 70)).isEqualTo(72);
    }

    @Test
    void ofTwoLivesOfAPodTheLaterIsListed() {
        // When, Then
        assertThat(NodeStatuses.of(List.of(node("p-0", 7, 0), node("p-0", 3, 0)), List.of()))
                .containsExactly(row("p-0", 7, "0"));
    }

    @Test
    void aStatusStaysSmallHoweverManyNodesThereAre() {
        // Given
        var nodes = IntStream.range(0, 2000).mapToObj(i -> node("p-" + i, 1, 0)).toList();
        // When, Then
        assertThat(NodeStatuses.of(nodes, List.of())).hasSize(NodeStatuses.MOST);
    }

    @Test
    void nothingKnownIsNotZero() {
        // When, Then
        assertThat(NodeStatuses.sum(List.of(), TierStatus::used)).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({"0, 0", "1, 1", "1024, 1Ki", "1536, 1536", "1048576, 1Mi", "3221225472, 3Gi", "10995116277760, 10240Gi"
    })
    void bytesAreWrittenWithoutLoss(long bytes, String text) {
        // When, Then
        assertThat(Bytes.text(bytes)).isEqualTo(text);
        assertThat(Bytes.of(text)).isEqualTo(bytes);
    }

    @Test
    void largeNumbersAreRoundedForPeople() {
        // When, Then
        assertThat(Bytes.roughly(GIBI + 1)).isEqualTo("1Gi");
        assertThat(Bytes.roughly(GIBI + 5_000_000)).isEqualTo("1028Mi");
        assertThat(Bytes.roughly(5_000_001)).isEqualTo("5000001");
    }
}
