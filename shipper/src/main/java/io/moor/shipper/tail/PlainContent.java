package io.moor.shipper.tail;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.util.concurrent.atomic.AtomicInteger;

/** The bytes as they are in the file. */
final class PlainContent implements Content {

    private final FileChannel channel;
    private final AtomicInteger users;
    private boolean closed;

    PlainContent(FileChannel channel) {
        this(channel, new AtomicInteger());
    }

    private PlainContent(FileChannel channel, AtomicInteger users) {
        this.channel = channel;
        this.users = users;
        users.incrementAndGet();
    }

    /** The same file through the same handle, which is closed with the last of them. */
    PlainContent share() {
        return new PlainContent(channel, users);
    }

    @Override
    public int read(byte[] into, long position) throws IOException {
        ByteBuffer target = ByteBuffer.wrap(into);
        while (target.hasRemaining()) {
            int read = channel.read(target, position + target.position());
            if (read <= 0) {
                break;
            }
        }
        return target.position();
    }

    @Override
    public long size() throws IOException {
        return channel.size();
    }

    @Override
    public boolean isFinal() {
        return false;
    }

    @Override
    public void close() throws IOException {
        if (!closed) {
            closed = true;
            if (users.decrementAndGet() == 0) {
                channel.close();
            }
        }
    }
}
