package dev.kvcachepool.cachenode.adverts;

import dev.kvcachepool.prefixadvert.publish.NodeRowSender;
import dev.kvcachepool.prefixadvert.wire.AdvertTopics;
import io.smallrye.reactive.messaging.MutinyEmitter;
import io.smallrye.reactive.messaging.kafka.api.OutgoingKafkaRecordMetadata;
import jakarta.inject.Singleton;
import java.util.concurrent.CompletionStage;
import org.eclipse.microprofile.reactive.messaging.Channel;
import org.eclipse.microprofile.reactive.messaging.Message;

/** The channel {@code nodes} of SmallRye Reactive Messaging; its settings are in application.properties. */
@Singleton
public final class NodeRowChannel implements NodeRowSender {
    private static final String SETTING = "mp.messaging.outgoing.nodes.";
    private final MutinyEmitter<byte[]> emitter;

    NodeRowChannel(@Channel("nodes") MutinyEmitter<byte[]> emitter) {
        this.emitter = emitter;
    }

    /** Before Quarkus starts: where the channel leads. Without this it leads nowhere and connects to nothing. */
    public static void configure(String kafka, AdvertTopics topics) {
        System.setProperty(SETTING + "bootstrap.servers", kafka);
        System.setProperty(SETTING + "topic", topics.nodes());
    }

    @Override
    public CompletionStage<Void> send(String topic, int partition, byte[] key, byte[] value) {
        var metadata = OutgoingKafkaRecordMetadata.<byte[]>builder()
                .withTopic(topic)
                .withKey(key)
                .withPartition(partition)
                .build();
        return emitter.sendMessage(Message.of(value).addMetadata(metadata))
                .replaceWithVoid()
                .subscribeAsCompletionStage();
    }
}
