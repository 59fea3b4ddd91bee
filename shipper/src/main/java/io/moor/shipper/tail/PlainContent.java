package io.moor.shipper.tail;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;

/** The bytes as they are in the file. */
final class PlainContent implements Content {

    private final FileChannel channel;

    PlainContent(FileChannel channel) {
        this.channel = channel;
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
        channel.close();
    }
}
