package dev.kvcachepool.prefixadvert.publish;

import static org.assertj.core.api.Assertions.assertThat;

import dev.kvcachepool.prefixadvert.wire.BlockHash;
import dev.kvcachepool.prefixadvert.wire.BlockId;
import dev.kvcachepool.prefixadvert.wire.BlockRow;
import dev.kvcachepool.prefixadvert.wire.Namespace;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class ListenersTest implements AdvertisedStore {
    private static final BlockId BLOCK = new BlockId(new Namespace(1), new BlockHash(2, 3));

    private BlockListener listener = BlockListener.NONE;
    private final List<BlockId> first = new ArrayList<>();
    private final List<BlockId> second = new ArrayList<>();

    @Test
    void eachIsToldUntilItStopsListening() {
        // Given
        var listeners = new Listeners(this);
        var one = listeners.view();
        var other = listeners.view();
        one.listen(first::add);
        other.listen(second::add);

        // When
        listener.changed(BLOCK);
        one.listen(BlockListener.NONE);
        listener.changed(BLOCK);

        // Then
        assertThat(first).containsExactly(BLOCK);
        assertThat(second).containsExactly(BLOCK, BLOCK);
    }

    @Test
    void allThatIsHeldIsNamedToEach() {
        // When
        new Listeners(this).view().forEachWhole(first::add);

        // Then
        assertThat(first).containsExactly(BLOCK);
    }

    @Override
    public void listen(BlockListener next) {
        listener = next;
    }

    @Override
    public void forEachWhole(Consumer<BlockId> each) {
        each.accept(BLOCK);
    }

    @Override
    public @Nullable BlockRow current(BlockId block) {
        return null;
    }
}
