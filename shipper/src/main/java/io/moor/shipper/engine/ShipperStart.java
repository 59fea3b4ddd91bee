package io.moor.shipper.engine;

import io.moor.shipper.ShipperConfig;
import io.moor.shipper.ShipperException;
import io.moor.shipper.ShipperException.Reason;
import io.moor.shipper.StreamScope;
import io.moor.shipper.hint.ChangeHints;
import io.moor.shipper.hint.DirectoryHints;
import io.moor.shipper.hint.NoHints;
import io.moor.shipper.identity.FileObserver;
import io.moor.shipper.kafka.KafkaClients;
import io.moor.shipper.tail.GlobSet;
import io.moor.shipper.tail.PathDiscovery;

import org.apache.kafka.common.KafkaException;

import java.io.IOException;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;

/** The start, in its order, each step undone when a later one fails. */
final class ShipperStart {

    /** How long Kafka may take to answer, milliseconds. */
    private static final long REACH_MS = 9_500;

    private ShipperStart() {}

    static ShipperEngine prepare(
            ShipperConfig given, SpoolProgress spools, ShipperEngine.Assembly assembly)
            throws ShipperException {
        ShipperConfig config = onRealPaths(given);
        StateLock lock = StateLock.take(config.state());
        KafkaLink link = null;
        boolean started = false;
        try {
            link = new KafkaLink(config, new KafkaClients(config.kafka()));
            link.reach(REACH_MS);
            KafkaLink.Session session = link.start();
            Orders orders = new Orders();
            ShippingLoop loop = loop(config, link, session, orders, spools);
            ShipperEngine engine = assembly.assemble(config, loop, orders, lock, link);
            // From here on the engine closes everything.
            link.taken();
            started = true;
            return engine;
        } catch (KafkaException e) {
            throw KafkaLink.refused(e);
        } finally {
            if (!started) {
                if (link != null) {
                    link.close();
                }
                lock.close();
            }
        }
    }

    private static ShippingLoop loop(
            ShipperConfig config,
            KafkaLink link,
            KafkaLink.Session session,
            Orders orders,
            SpoolProgress spools) {
        InstantSource clock = InstantSource.system();
        Optional<Path> volumeRoot = config.scope().volume().map(StreamScope.OnVolume::root);
        FileObserver observer = new FileObserver(volumeRoot);
        List<GlobSet> globs = config.sources().stream().map(GlobSet::new).toList();
        StreamBook book =
                new StreamBook(
                        config,
                        globs,
                        session.topics().usable(),
                        observer,
                        clock,
                        Handles.ofProcess(),
                        new OpenWriters());
        book.restore(session.checkpoints());
        Transactions transactions = new Transactions(config, link, session, book);
        StreamReader reader = new StreamReader(clock, book.parked(), new OpenWriters());
        PathDiscovery discovery = new PathDiscovery(globs, observer, clock);
        // Last, because nothing must fail after it: it has a thread and handles to give back.
        ChangeHints hints =
                config.untilEof()
                        ? new NoHints()
                        : DirectoryHints.start("moor-hints-" + config.origin().id(), orders::wake);
        Lookout lookout = new Lookout(book, discovery, hints);
        return new ShippingLoop(config, orders, book, lookout, transactions, reader, spools);
    }

    /** Files are known by their real paths, so the root of the volume must be a real one too. */
    private static ShipperConfig onRealPaths(ShipperConfig config) throws ShipperException {
        StreamScope scope = config.scope();
        if (scope.volume().isEmpty()) {
            return config;
        }
        StreamScope.OnVolume volume = scope.volume().get();
        try {
            return new ShipperConfig(
                    config.origin(),
                    new StreamScope(
                            scope.group(),
                            scope.slot(),
                            scope.instance(),
                            Optional.of(
                                    new StreamScope.OnVolume(
                                            volume.id(), volume.root().toRealPath()))),
                    config.sources(),
                    config.kafka(),
                    config.state(),
                    config.ownerEpoch(),
                    config.untilEof(),
                    config.delivery(),
                    config.sink());
        } catch (IOException e) {
            throw new ShipperException(
                    Reason.STATE_UNUSABLE,
                    "the volume "
                            + volume.id()
                            + " is not at "
                            + volume.root()
                            + "; attach it before its logs are shipped",
                    e);
        }
    }
}
