package io.moor.gateway.attachment;

import io.moor.gateway.database.Row;
import io.moor.gateway.database.Transaction;

import org.jspecify.annotations.Nullable;

import java.sql.SQLException;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/** Attachments in PostgreSQL. */
public final class PostgresAttachmentStore {

    private static final String FIND =
            """
            SELECT a.*, i.instance_id FROM attachment a JOIN instance i USING (incarnation)
             WHERE a.attachment_id = ?\
            """;

    private static final String AT_EPOCH =
            """
            SELECT a.*, i.instance_id FROM attachment a JOIN instance i USING (incarnation)
             WHERE a.volume_id = ? AND a.epoch = ?\
            """;

    private static final String LIVE_OF_INSTANCE =
            """
            SELECT a.*, i.instance_id FROM attachment a JOIN instance i USING (incarnation)
             WHERE a.incarnation = ? AND a.state <> 'DETACHED' ORDER BY a.volume_id\
            """;

    private static final String OF_INSTANCE_SINCE =
            """
            SELECT a.*, i.instance_id FROM attachment a JOIN instance i USING (incarnation)
             WHERE a.incarnation = ? AND (a.state <> 'DETACHED' OR a.ended_at >= ?)
             ORDER BY a.volume_id, a.epoch\
            """;

    private static final String PAGE =
            """
            SELECT a.*, i.instance_id FROM attachment a JOIN instance i USING (incarnation)
             WHERE (a.created_at, a.attachment_id) > (?, ?)
               AND (?::boolean OR a.state <> 'DETACHED')
             ORDER BY a.created_at, a.attachment_id LIMIT ?\
            """;

    private static final String INSERT =
            """
            INSERT INTO attachment (attachment_id, volume_id, incarnation, mode, path, epoch, state,
                                    proof, proof_detail, previous, dirty)
            VALUES (?, ?, ?, ?, ?, ?, 'ATTACHING', ?, ?, ?, ?)\
            """;

    private static final String ATTACHED =
            """
            UPDATE attachment SET state = 'ATTACHED', check_result = ?, last_failure = NULL,
                   attached_at = now()
             WHERE attachment_id = ? AND volume_id = ? AND epoch = ? AND state = 'ATTACHING'\
            """;

    private static final String DETACHING =
            """
            UPDATE attachment SET state = 'DETACHING', detach_revision = ?, last_failure = NULL
             WHERE attachment_id = ? AND volume_id = ? AND epoch = ?
               AND state IN ('ATTACHING', 'ATTACHED')\
            """;

    private static final String END =
            """
            UPDATE attachment SET state = 'DETACHED', end_proof = ?, end_detail = ?,
                   ended_at = now(), last_failure = NULL
             WHERE attachment_id = ? AND volume_id = ? AND epoch = ? AND state = ?\
            """;

    private static final String FAILED =
            """
            UPDATE attachment SET last_failure = ?
             WHERE attachment_id = ? AND volume_id = ? AND epoch = ? AND state = ?\
            """;

    public Optional<Attachment> find(Transaction tx, String id) {
        return tx.find(FIND, PostgresAttachmentStore::attachment, id);
    }

    /** The attachment that an epoch of a volume was granted to. */
    public Optional<Attachment> atEpoch(Transaction tx, String volume, long epoch) {
        return tx.find(AT_EPOCH, PostgresAttachmentStore::attachment, volume, epoch);
    }

    public List<Attachment> liveOf(Transaction tx, String incarnation) {
        return tx.list(LIVE_OF_INSTANCE, PostgresAttachmentStore::attachment, incarnation);
    }

    /** Those that last, and those that ended since. */
    public List<Attachment> ofSince(Transaction tx, String incarnation, Instant since) {
        return tx.list(OF_INSTANCE_SINCE, PostgresAttachmentStore::attachment, incarnation, since);
    }

    /** Oldest first, after the given one. */
    public List<Attachment> page(
            Transaction tx, Instant after, String id, boolean endedToo, int limit) {
        return tx.list(PAGE, PostgresAttachmentStore::attachment, after, id, endedToo, limit);
    }

    void insert(
            Transaction tx,
            String id,
            String volume,
            String incarnation,
            Use use,
            long epoch,
            FencingProof proof,
            boolean dirty) {
        tx.update(
                INSERT,
                id,
                volume,
                incarnation,
                use.readOnly() ? "RO" : "RW",
                use.path(),
                epoch,
                proof.kind(),
                proof.detail(),
                proof.previous(),
                dirty);
    }

    /** Compare-and-set on (attachment, volume, epoch, state), as all below (I9). */
    boolean attached(Transaction tx, Attachment seen, @Nullable String check) {
        return tx.updateOne(ATTACHED, check, seen.attachment(), seen.volume(), seen.epoch());
    }

    boolean detaching(Transaction tx, Attachment seen, long revision) {
        return tx.updateOne(DETACHING, revision, seen.attachment(), seen.volume(), seen.epoch());
    }

    boolean end(Transaction tx, Attachment seen, Attachment.End end) {
        return tx.updateOne(
                END,
                end.kind(),
                end.detail(),
                seen.attachment(),
                seen.volume(),
                seen.epoch(),
                seen.state());
    }

    boolean failed(Transaction tx, Attachment seen, String failure) {
        return tx.updateOne(
                FAILED, failure, seen.attachment(), seen.volume(), seen.epoch(), seen.state());
    }

    private static Attachment attachment(Row row) throws SQLException {
        String end = row.textOrNull("end_proof");
        return new Attachment(
                row.text("attachment_id"),
                row.text("volume_id"),
                row.text("incarnation"),
                row.text("instance_id"),
                row.text("mode").equals("RO"),
                row.text("path"),
                row.number("epoch"),
                AttachmentState.valueOf(row.text("state")),
                new FencingProof(
                        ProofKind.valueOf(row.text("proof")),
                        row.text("proof_detail"),
                        row.textOrNull("previous")),
                row.truth("dirty"),
                row.textOrNull("check_result"),
                row.textOrNull("last_failure"),
                row.numberOrNull("detach_revision"),
                end == null
                        ? null
                        : new Attachment.End(ProofKind.valueOf(end), row.text("end_detail")),
                row.time("created_at"),
                row.timeOrNull("attached_at"),
                row.timeOrNull("ended_at"));
    }
}
