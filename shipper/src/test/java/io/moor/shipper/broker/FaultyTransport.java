package io.moor.shipper.broker;

import org.apache.kafka.common.protocol.ApiKeys;

import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * A network between clients and a broker that loses or holds what it is told to: it knows where
 * Kafka's requests and responses begin, and what they are. A simulation of faults only; both ends
 * are real.
 */
public final class FaultyTransport implements AutoCloseable {

    private static final int LARGEST = 64 << 20;

    /** What happens to requests, or to responses to requests, of a kind. */
    public enum Fault {
        /** The connection ends instead. */
        CUT,
        /** It is kept until the fault is mended. */
        HOLD
    }

    private final ServerSocket server;
    private final int target;
    private final Map<ApiKeys, Fault> requests = new ConcurrentHashMap<>();
    private final Map<ApiKeys, Fault> responses = new ConcurrentHashMap<>();
    private final Map<ApiKeys, AtomicInteger> seen = new ConcurrentHashMap<>();
    private final Map<ApiKeys, AtomicInteger> served = new ConcurrentHashMap<>();
    private final List<Socket> sockets = new CopyOnWriteArrayList<>();
    private final Object mended = new Object();
    private volatile boolean down;

    public FaultyTransport(int target) throws IOException {
        this.server = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        this.target = target;
        Thread.ofPlatform().daemon().name("faulty-accept").start(this::accept);
    }

    public int port() {
        return server.getLocalPort();
    }

    /** The request does not arrive. */
    public void loseRequests(ApiKeys kind, Fault fault) {
        requests.put(kind, fault);
    }

    /** The request is served, the answer does not arrive. */
    public void loseResponses(ApiKeys kind, Fault fault) {
        responses.put(kind, fault);
    }

    /** Everything passes again, and what was held goes on. */
    public void mend() {
        requests.clear();
        responses.clear();
        down = false;
        synchronized (mended) {
            mended.notifyAll();
        }
    }

    /** Requests of a kind pass again. */
    public void passRequests(ApiKeys kind) {
        requests.remove(kind);
        synchronized (mended) {
            mended.notifyAll();
        }
    }

    /** No connection any more. */
    public void down() {
        down = true;
        sockets.forEach(FaultyTransport::close);
    }

    /** How many requests of a kind have arrived here; the broker may not have them yet. */
    public int seen(ApiKeys kind) {
        return count(seen, kind);
    }

    /** How many requests of a kind the broker has answered, whatever becomes of the answer. */
    public int served(ApiKeys kind) {
        return count(served, kind);
    }

    private static int count(Map<ApiKeys, AtomicInteger> counts, ApiKeys kind) {
        AtomicInteger count = counts.get(kind);
        return count == null ? 0 : count.get();
    }

    private void accept() {
        while (!server.isClosed()) {
            try {
                Socket client = server.accept();
                sockets.add(client);
                if (down) {
                    close(client);
                    continue;
                }
                Socket broker = new Socket(InetAddress.getLoopbackAddress(), target);
                sockets.add(broker);
                // A frame goes in two pieces, of which the second would wait for the first one's
                // acknowledgement.
                client.setTcpNoDelay(true);
                broker.setTcpNoDelay(true);
                Map<Integer, ApiKeys> asked = new ConcurrentHashMap<>();
                pump(client, broker, frame -> passRequest(frame, asked));
                pump(broker, client, frame -> passResponse(frame, asked));
            } catch (IOException e) {
                // The broker is away, or this is closed.
            }
        }
    }

    /** Returns when a frame may pass. */
    @FunctionalInterface
    private interface Gate {
        void pass(ByteBuffer frame) throws IOException, InterruptedException;
    }

    private void passRequest(ByteBuffer frame, Map<Integer, ApiKeys> asked)
            throws IOException, InterruptedException {
        ApiKeys kind = ApiKeys.forId(frame.getShort(0));
        seen.computeIfAbsent(kind, _ -> new AtomicInteger()).incrementAndGet();
        asked.put(frame.getInt(4), kind);
        obey(requests, kind);
    }

    private void passResponse(ByteBuffer frame, Map<Integer, ApiKeys> asked)
            throws IOException, InterruptedException {
        ApiKeys kind = asked.remove(frame.getInt(0));
        if (kind != null) {
            served.computeIfAbsent(kind, _ -> new AtomicInteger()).incrementAndGet();
            obey(responses, kind);
        }
    }

    private void obey(Map<ApiKeys, Fault> faults, ApiKeys kind)
            throws IOException, InterruptedException {
        if (faults.get(kind) == Fault.CUT) {
            throw new IOException("cut");
        }
        synchronized (mended) {
            while (faults.get(kind) == Fault.HOLD) {
                mended.wait();
            }
        }
    }

    private void pump(Socket from, Socket to, Gate gate) {
        Thread.ofPlatform()
                .daemon()
                .name("faulty-pump")
                .start(() -> {
                    try (from;
                            to) {
                        DataInputStream in = new DataInputStream(from.getInputStream());
                        DataOutputStream out = new DataOutputStream(to.getOutputStream());
                        while (true) {
                            byte[] frame = new byte[in.readInt()];
                            if (frame.length > LARGEST) {
                                throw new IOException("not a frame of Kafka's");
                            }
                            in.readFully(frame);
                            gate.pass(ByteBuffer.wrap(frame));
                            out.writeInt(frame.length);
                            out.write(frame);
                            out.flush();
                        }
                    } catch (IOException e) {
                        // One end is gone; so is the other.
                    } catch (InterruptedException e) {
                        Thread.currentThread().interrupt();
                    } finally {
                        sockets.removeAll(Set.of(from, to));
                    }
                });
    }

    private static void close(Socket socket) {
        try {
            socket.close();
        } catch (IOException e) {
            // It was.
        }
    }

    @Override
    public void close() throws IOException {
        server.close();
        mend();
        sockets.forEach(FaultyTransport::close);
    }
}
