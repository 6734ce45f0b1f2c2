package dev.kvcachepool.cachenode.adverts;

import dev.kvcachepool.cachenode.placement.Placement;
import dev.kvcachepool.prefixadvert.kafka.NodesReader;
import dev.kvcachepool.prefixadvert.table.HolderView;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.CountDownLatch;

/**
 * Tells the placement who is in the pool, from the nodes topic. While the broker is away the last word stands.
 *
 * <p>A reader's thread of its own; the waits are for anyone.
 */
public final class MembershipFeed implements AutoCloseable {
    private final Roll roll;
    private final Placement placement;
    private final Runnable onReturn;
    private final NodesReader reader;
    private final CountDownLatch first = new CountDownLatch(1);
    private final CountDownLatch home = new CountDownLatch(1);

    /**
     * A feed that does nothing until {@link #start}.
     *
     * @param onReturn run when this node finds that the others had to count it out for a while: what it holds may have
     *     been overwritten elsewhere
     */
    public MembershipFeed(AdvertSettings settings, Placement placement, Runnable onReturn) {
        this.roll = new Roll(settings.pool(), System::nanoTime);
        this.placement = placement;
        this.onReturn = onReturn;
        this.reader = new NodesReader(
                settings.clients(), settings.topics(), settings.topicSettings(), InstantSource.system(), this::take);
    }

    public void start() {
        reader.start();
    }

    private void take(List<HolderView> holders) {
        if (roll.call(holders).contains(placement.self())) {
            onReturn.run();
        }
        placement.adopt(roll.members());
        first.countDown();
        if (placement.isHome()) {
            home.countDown();
        }
    }

    /** Waits until the nodes of the pool are known. */
    public void awaitFirst() throws InterruptedException {
        first.await();
    }

    /** Waits until this node has read its own row as one that serves. */
    public void awaitHome() throws InterruptedException {
        home.await();
    }

    /** What keeps this node from the topic, one sentence; empty when nothing does. */
    public String trouble() {
        return reader.trouble();
    }

    @Override
    public void close() {
        reader.close();
    }
}
