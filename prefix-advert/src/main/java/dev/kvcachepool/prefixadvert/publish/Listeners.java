package dev.kvcachepool.prefixadvert.publish;

import dev.kvcachepool.prefixadvert.wire.BlockId;
import dev.kvcachepool.prefixadvert.wire.BlockRow;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Lets several listen to a store that has one listener only. Thread-safe. */
public final class Listeners implements BlockListener {
    private final AdvertisedStore store;
    private final List<View> views = new CopyOnWriteArrayList<>();

    /** Is the store's listener from the first view on. */
    public Listeners(AdvertisedStore store) {
        this.store = store;
    }

    /** The same store, with a listener of its own. */
    public AdvertisedStore view() {
        var view = new View(store);
        views.add(view);
        store.listen(this);
        return view;
    }

    @Override
    public void changed(BlockId block) {
        for (var view : views) {
            view.listener.changed(block);
        }
    }

    private static final class View implements AdvertisedStore {
        private final AdvertisedStore store;
        private volatile BlockListener listener = BlockListener.NONE;

        View(AdvertisedStore store) {
            this.store = store;
        }

        @Override
        public void listen(BlockListener next) {
            listener = next;
        }

        @Override
        public void forEachWhole(Consumer<BlockId> each) {
            store.forEachWhole(each);
        }

        @Override
        public @Nullable BlockRow current(BlockId block) {
            return store.current(block);
        }
    }
}
