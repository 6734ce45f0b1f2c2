package dev.kvcachepool.commandline.tls;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;

/**
 * What has come of a socket and is not decrypted: in a little memory of its own, which is enough for the requests of an idle
 * connection, or in a lent buffer until that is empty. Used by one thread.
 */
final class Come {
    private static final int LITTLE = 2 << 10;

    private final SocketChannel socket;
    private final RecordBuffers buffers;
    private final ByteBuffer little = ByteBuffer.allocate(LITTLE).limit(0);
    private ByteBuffer bytes = little;
    private boolean lent;

    Come(SocketChannel socket, RecordBuffers buffers) {
        this.socket = socket;
        this.buffers = buffers;
    }

    /** From its position to its limit; valid until the next call of anything here. */
    ByteBuffer bytes() {
        return bytes;
    }

    /**
     * Waits for more of what the other side sends, if the socket does; −1 at the end.
     *
     * @param much whether whole records are awaited
     */
    int receive(boolean much) throws IOException {
        if (!lent && (much || little.remaining() > LITTLE / 2)) {
            bytes = buffers.borrow().put(little).flip();
            little.limit(0);
            lent = true;
        }
        bytes.compact();
        try {
            return socket.read(bytes);
        } finally {
            bytes.flip();
        }
    }

    /** Gives back what is lent and empty. */
    void settle() {
        if (lent && !bytes.hasRemaining()) {
            buffers.giveBack(bytes);
            bytes = little;
            lent = false;
        }
    }

    /** Forgets what has come. */
    void end() {
        bytes.position(bytes.limit());
        settle();
    }
}
