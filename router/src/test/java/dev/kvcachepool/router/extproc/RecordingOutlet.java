package dev.kvcachepool.router.extproc;

import com.google.protobuf.ByteString;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Keeps what an exchange decides. */
final class RecordingOutlet implements Outlet {
    final List<Outbound> sent = new ArrayList<>();
    final List<Chooser.Question> asked = new ArrayList<>();
    boolean completed;

    @Nullable
    Failure failed;

    @Override
    public void send(Outbound message) {
        sent.add(message);
    }

    @Override
    public void choose(Chooser.Question question) {
        asked.add(question);
    }

    @Override
    public void complete() {
        completed = true;
    }

    @Override
    public void fail(Failure why, String message) {
        failed = why;
    }

    <T extends Outbound> List<T> sent(Class<T> kind) {
        return sent.stream().filter(kind::isInstance).map(kind::cast).toList();
    }

    /** The bytes of a body that were sent on. */
    ByteString bytes(Direction direction) {
        return sent(Outbound.PassBody.class).stream()
                .filter(pass -> pass.direction() == direction)
                .map(Outbound.PassBody::bytes)
                .reduce(ByteString.EMPTY, ByteString::concat);
    }
}
