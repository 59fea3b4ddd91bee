package io.moor.gateway.sidecar;

import static org.assertj.core.api.Assertions.assertThat;

import io.moor.gateway.sidecar.LogAssignment.MountedVolume;
import io.moor.shipper.Origin;
import io.moor.shipper.ShipperConfig;
import io.moor.shipper.SourceConfig;
import io.moor.shipper.StreamScope;
import io.moor.shipper.config.ConfigException;
import io.moor.shipper.config.ConfigFile;

import org.junit.jupiter.api.Test;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

class LogAssignmentTest {

    private static final Origin OWN = new Origin("i.web.i-a");
    private static final Origin VOLUME = new Origin("vol.web-0-data");
    private static final Path DATA = Path.of("/srv/data");
    private static final LogAssignment.Owner OWNER =
            new LogAssignment.Owner(Optional.of("web"), Optional.of(0), Optional.of("i-a"), OWN);
    private static final MountedVolume MOUNTED =
            new MountedVolume("web-0-data", DATA, Path.of("/real/data"), 7);

    private static SidecarConfig config(String files) throws ConfigException {
        return ConfigFile.parse(
                "sidecar.yaml",
                """
                gateway: http://127.0.0.1:7080
                token: t
                group: web
                state: /var/lib/moor
                kafka: {bootstrap.servers: "k:9092"}
                logs: [{name: app, topic: logs, exclude: ["*.gz", /srv/data/tmp/*], files: %s}]
                volumes: [{claim: data, path: /srv/data}]
                """
                        .formatted(files),
                SidecarConfig.class);
    }

    private static ShipperConfig shipper(Map<Origin, ShipperConfig> shippers, Origin origin) {
        return Objects.requireNonNull(shippers.get(origin));
    }

    @Test
    void theJournalBelongsToTheInstance() throws Exception {
        var config =
                ConfigFile.parse(
                        "sidecar.yaml",
                        """
                        gateway: http://127.0.0.1:7080
                        token: t
                        group: web
                        state: /var/lib/moor
                        kafka: {bootstrap.servers: "k:9092"}
                        logs: [{name: j, topic: logs, input: journal, journal: {directory: /srv/data/j}}]
                        volumes: [{claim: data, path: /srv/data}]
                        """,
                        SidecarConfig.class);

        var shippers = LogAssignment.shippers(config, OWNER, List.of(DATA), List.of(MOUNTED));

        assertThat(shippers).containsOnlyKeys(OWN);
        assertThat(shipper(shippers, OWN).sources())
                .singleElement()
                .satisfies(source ->
                        assertThat(Objects.requireNonNull(source.spool()).directory())
                                .isEqualTo(
                                        Path.of(
                                                "/var/lib/moor/shippers/i.web.i-a/spool/i.web.i-a/logs/j")));
        assertThat(LogAssignment.liesOnOwnDisk(config.logs(), List.of(DATA))).isTrue();
    }

    @Test
    void filesOnAVolumeBelongToItAndFollowIt() throws Exception {
        var shippers =
                LogAssignment.shippers(
                        config("[/srv/data/log/*.log]"), OWNER, List.of(DATA), List.of(MOUNTED));

        assertThat(shippers).containsOnlyKeys(VOLUME);
        var shipper = shipper(shippers, VOLUME);
        assertThat(shipper.ownerEpoch()).isEqualTo(7);
        assertThat(shipper.scope().volume())
                .contains(new StreamScope.OnVolume("web-0-data", Path.of("/real/data")));
        assertThat(shipper.sources())
                .containsExactly(
                        new SourceConfig(
                                "app",
                                List.of("/real/data/log/*.log"),
                                List.of("*.gz", "/real/data/tmp/*"),
                                "logs",
                                1 << 20,
                                SourceConfig.Oversized.SPLIT));
        assertThat(shipper.state()).isEqualTo(Path.of("/var/lib/moor/shippers/vol.web-0-data"));
    }

    @Test
    void filesOfAVolumeThatIsNotThereAreNobodys() throws Exception {
        assertThat(
                        LogAssignment.shippers(
                                config("[/srv/data/log/*.log]"), OWNER, List.of(DATA), List.of()))
                .isEmpty();
    }

    @Test
    void aSourceMayLiveOnBoth() throws Exception {
        var shippers =
                LogAssignment.shippers(
                        config("[/srv/data/a.log, /var/log/b.log, /srv/database/c.log]"),
                        OWNER,
                        List.of(DATA),
                        List.of(MOUNTED));

        assertThat(shippers).containsOnlyKeys(OWN, VOLUME);
        assertThat(shipper(shippers, OWN).sources().getFirst().files())
                .containsExactly("/var/log/b.log", "/srv/database/c.log");
        assertThat(shipper(shippers, OWN).ownerEpoch()).isZero();
        assertThat(shipper(shippers, OWN).scope().volume()).isEmpty();
        assertThat(shipper(shippers, VOLUME).sources().getFirst().files())
                .containsExactly("/real/data/a.log");
    }

    @Test
    void aGlobThatReachesIntoAVolumeLeavesItOut() throws Exception {
        var shippers =
                LogAssignment.shippers(
                        config("[/srv/**/*.log]"), OWNER, List.of(DATA), List.of(MOUNTED));

        assertThat(shippers).containsOnlyKeys(OWN);
        assertThat(shipper(shippers, OWN).sources().getFirst().exclude()).contains("/srv/data/**");
    }

    @Test
    void saysWhereConfiguredSourcesLie() throws Exception {
        var logs = config("[/srv/data/a.log]").logs();

        assertThat(LogAssignment.liesOn(logs, DATA)).isTrue();
        assertThat(LogAssignment.liesOn(logs, Path.of("/srv/dat"))).isFalse();
        assertThat(LogAssignment.liesOnOwnDisk(logs, List.of(DATA))).isFalse();
        assertThat(LogAssignment.liesOnOwnDisk(logs, List.of())).isTrue();
    }
}
