package io.moor.gateway.attachment;

import io.moor.gateway.audit.Actor;
import io.moor.gateway.database.Transaction;
import io.moor.gateway.instance.Instance;
import io.moor.gateway.instance.PostgresInstanceStore;
import io.moor.gateway.volume.PostgresVolumeStore;
import io.moor.gateway.volume.Volume;
import io.moor.gateway.volume.Volumes;

import java.util.List;

/**
 * What slots are missing: the rows of their claims' volumes, and the grants to whoever fills them.
 * Any number of gateways may do this at once: the schema and compare-and-set let one of them win.
 */
public final class ClaimWork {

    private static final String MISSING_VOLUMES =
            """
            SELECT s.group_name, s.slot_index, c ->> 'name' AS claim, c ->> 'provider' AS provider,
                   (c ->> 'sizeBytes')::bigint AS size_bytes
              FROM slot s
              JOIN instance_group g USING (group_name)
              CROSS JOIN LATERAL jsonb_array_elements(g.spec -> 'claims') AS c
             WHERE NOT EXISTS (
                   SELECT FROM volume v
                    WHERE v.group_name = s.group_name AND v.slot_index = s.slot_index
                      AND v.claim = c ->> 'name' AND v.state <> 'DELETED')
             LIMIT ?\
            """;

    private static final String MISSING_GRANTS =
            """
            SELECT i.incarnation, v.volume_id
              FROM instance i
              JOIN volume v ON v.group_name = i.group_name AND v.slot_index = i.slot_index
              JOIN instance_group g ON g.group_name = i.group_name
             WHERE i.state = 'ACTIVE' AND NOT i.evicted AND i.lease_expires_at > now()
               AND v.state = 'AVAILABLE'
               AND g.spec -> 'claims' @> jsonb_build_array(jsonb_build_object('name', v.claim))
               AND NOT EXISTS (
                   SELECT FROM attachment a
                    WHERE a.volume_id = v.volume_id AND a.state <> 'DETACHED')
             LIMIT ?\
            """;

    /** Skips what another gateway is granting at this moment. */
    private static final String CLAIM_INSTANCE =
            "SELECT incarnation FROM instance WHERE incarnation = ? FOR UPDATE SKIP LOCKED";

    /** A volume of a claim that somebody should have. */
    public record MissingGrant(String incarnation, String volume) {}

    /** A claim without a volume. */
    public record MissingVolume(Volume.Owner owner, String provider, long sizeBytes) {}

    private final Volumes volumes;
    private final PostgresVolumeStore volumeStore;
    private final PostgresInstanceStore instances;
    private final Ownership ownership;

    public ClaimWork(
            Volumes volumes,
            PostgresVolumeStore volumeStore,
            PostgresInstanceStore instances,
            Ownership ownership) {
        this.volumes = volumes;
        this.volumeStore = volumeStore;
        this.instances = instances;
        this.ownership = ownership;
    }

    public List<MissingVolume> missingVolumes(Transaction tx, int limit) {
        return tx.list(
                MISSING_VOLUMES,
                row ->
                        new MissingVolume(
                                new Volume.Owner(
                                        row.text("group_name"),
                                        row.integer("slot_index"),
                                        row.text("claim")),
                                row.text("provider"),
                                row.number("size_bytes")),
                limit);
    }

    public boolean createVolume(Transaction tx, MissingVolume missing) {
        return volumes.createForClaim(
                tx, Actor.RECONCILER, missing.owner(), missing.provider(), missing.sizeBytes());
    }

    public List<MissingGrant> missingGrants(Transaction tx, int limit) {
        return tx.list(
                MISSING_GRANTS,
                row -> new MissingGrant(row.text("incarnation"), row.text("volume_id")),
                limit);
    }

    /** Grants, when the state still allows it; true when it did. */
    public boolean grant(Transaction tx, MissingGrant missing) {
        if (tx.find(CLAIM_INSTANCE, row -> "", missing.incarnation()).isEmpty()) {
            return false;
        }
        Instance taker = instances.find(tx, missing.incarnation()).orElseThrow();
        Volume volume = volumeStore.lock(tx, missing.volume()).orElseThrow();
        return ownership.plan(tx, volume, taker) instanceof GrantPlan.Grant plan
                && ownership
                        .grant(tx, Actor.RECONCILER, volume, taker, Use.OF_CLAIM, plan)
                        .isPresent();
    }
}
