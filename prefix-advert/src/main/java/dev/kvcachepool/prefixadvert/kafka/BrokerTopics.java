package dev.kvcachepool.prefixadvert.kafka;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.DescribeTopicsOptions;
import org.apache.kafka.clients.admin.ListOffsetsOptions;
import org.apache.kafka.clients.admin.ListOffsetsResult.ListOffsetsResultInfo;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.UnknownTopicIdException;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;
import org.jspecify.annotations.Nullable;

/** Asks the brokers what the topics are now, past all that clients remember of them. Thread-safe; does not own the admin. */
final class BrokerTopics implements TopicSight {
    private final Admin admin;
    private final List<String> names;
    private final int timeoutMillis;

    BrokerTopics(Admin admin, List<String> names, Duration timeout) {
        this.admin = admin;
        this.names = List.copyOf(names);
        this.timeoutMillis = Math.toIntExact(timeout.toMillis());
    }

    @Override
    public CompletableFuture<Sighting> ask() {
        long now = System.nanoTime();
        return describe()
                .thenCompose(topics -> offsets(topics, OffsetSpec.earliest())
                        .thenCombine(
                                offsets(topics, OffsetSpec.latest()),
                                (starts, ends) -> new Sighting(states(topics, starts, ends), now)));
    }

    @Override
    public Sighting see() throws InterruptedException, ExecutionException, TimeoutException {
        var sighting = ask().get(3L * timeoutMillis, TimeUnit.MILLISECONDS);
        for (var name : names) {
            if (!sighting.topics().containsKey(name)) {
                throw new ExecutionException(new UnknownTopicOrPartitionException("topic " + name + " is not there"));
            }
        }
        return sighting;
    }

    /** Those that are there, by name. */
    private CompletableFuture<Map<String, TopicDescription>> describe() {
        var asked = admin
                .describeTopics(names, new DescribeTopicsOptions().timeoutMs(timeoutMillis))
                .topicNameValues()
                .values()
                .stream()
                .map(answer -> answer.toCompletionStage().toCompletableFuture())
                .map(answer -> answer.handle(BrokerTopics::there))
                .toList();
        return CompletableFuture.allOf(asked.toArray(CompletableFuture<?>[]::new))
                .thenApply(done -> asked.stream()
                        .map(CompletableFuture::join)
                        .flatMap(Optional::stream)
                        .collect(Collectors.toMap(TopicDescription::name, Function.identity())));
    }

    private static Optional<TopicDescription> there(@Nullable TopicDescription topic, @Nullable Throwable error) {
        if (topic != null) {
            return Optional.of(topic);
        }
        var cause = error == null ? null : error.getCause() == null ? error : error.getCause();
        if (cause instanceof UnknownTopicOrPartitionException || cause instanceof UnknownTopicIdException) {
            return Optional.empty();
        }
        throw new CompletionException(error);
    }

    private CompletableFuture<Map<TopicPartition, ListOffsetsResultInfo>> offsets(
            Map<String, TopicDescription> topics, OffsetSpec spec) {
        var wanted = topics.values().stream()
                .flatMap(topic -> topic.partitions().stream()
                        .map(partition -> new TopicPartition(topic.name(), partition.partition())))
                .collect(Collectors.toMap(Function.identity(), partition -> spec));
        return admin.listOffsets(wanted, new ListOffsetsOptions().timeoutMs(timeoutMillis))
                .all()
                .toCompletionStage()
                .toCompletableFuture();
    }

    private static Map<String, TopicState> states(
            Map<String, TopicDescription> topics,
            Map<TopicPartition, ListOffsetsResultInfo> starts,
            Map<TopicPartition, ListOffsetsResultInfo> ends) {
        return topics.values().stream().collect(Collectors.toMap(TopicDescription::name, topic -> {
            var logs = topic.partitions().stream()
                    .map(partition -> new TopicPartition(topic.name(), partition.partition()))
                    .map(partition -> log(info(partition, starts), info(partition, ends)))
                    .toList();
            return new TopicState(topic.topicId(), logs);
        }));
    }

    private static ListOffsetsResultInfo info(
            TopicPartition partition, Map<TopicPartition, ListOffsetsResultInfo> offsets) {
        return Objects.requireNonNull(offsets.get(partition), "the broker was asked for each partition");
    }

    private static TopicState.Log log(ListOffsetsResultInfo start, ListOffsetsResultInfo end) {
        return new TopicState.Log(
                start.offset(), end.offset(), end.leaderEpoch().orElse(-1));
    }
}
