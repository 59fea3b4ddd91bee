package io.moor.gateway.drain;

import io.moor.gateway.attachment.Attachment;
import io.moor.gateway.attachment.ProofKind;
import io.moor.gateway.instance.Instance;
import io.moor.gateway.protocol.DrainOutcome;
import io.moor.gateway.protocol.ObservedStream;

import org.jspecify.annotations.Nullable;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/**
 * The result of a drain: what was externalized and verified, and exactly what was not.
 *
 * @param drain id of the order
 * @param instance the instance
 * @param incarnation its life
 * @param slot the slot it filled
 * @param orderedAt when the drain was ordered
 * @param outcomeAt when the sidecar answered
 * @param complete whether nothing is left on the instance
 * @param safeToDestroy whether everything in here was verified; only then is nothing lost when the
 *     instance is destroyed
 * @param streams every log stream
 * @param volumes every volume that was attached when the drain was ordered
 * @param problems what is left or could not be verified, in words
 */
public record Receipt(
        String drain,
        String instance,
        String incarnation,
        String slot,
        Instant orderedAt,
        Instant outcomeAt,
        boolean complete,
        boolean safeToDestroy,
        List<DrainOutcome.Stream> streams,
        List<VolumeLine> volumes,
        List<String> problems) {

    public Receipt {
        streams = List.copyOf(streams);
        volumes = List.copyOf(volumes);
        problems = List.copyOf(problems);
        if (safeToDestroy && !(complete && problems.isEmpty())) {
            throw new IllegalArgumentException("an unsafe receipt cannot say that it is safe");
        }
    }

    /**
     * @param volume id of the volume
     * @param epoch epoch it was attached with
     * @param released whether this gateway has the release on record; the sidecar's word alone is
     *     not enough
     * @param detail what went wrong, in words; empty when nothing did
     */
    public record VolumeLine(String volume, long epoch, boolean released, String detail) {}

    /**
     * Composes the receipt from what the sidecar says and what this gateway knows. Pure.
     *
     * @param attachments every attachment of the incarnation that lasted when the drain was ordered
     * @param reported the streams that the sidecar reported last
     */
    static Receipt compose(
            Instance instance,
            Drain order,
            DrainOutcome outcome,
            List<Attachment> attachments,
            List<ObservedStream> reported,
            Instant now) {
        var problems = new ArrayList<>(outcome.problems());
        List<VolumeLine> volumes =
                attachments.stream().map(attachment -> line(attachment, outcome)).toList();
        volumes.stream()
                .filter(line -> !line.released())
                .forEach(line -> problems.add("volume " + line.volume() + ": " + line.detail()));
        boolean volumesDone = volumes.stream().allMatch(VolumeLine::released);
        boolean streamsDone = checkStreams(outcome, reported, problems);
        boolean complete = outcome.complete() && volumesDone && streamsDone;
        if (!outcome.complete() && problems.isEmpty()) {
            problems.add("the sidecar says that it did not finish");
        }
        return new Receipt(
                order.drain(),
                instance.instance(),
                instance.incarnation(),
                instance.slot().toString(),
                order.orderedAt(),
                order.outcomeAt() == null ? now : order.outcomeAt(),
                complete,
                complete
                        && problems.isEmpty()
                        && outcome.streams().stream().allMatch(DrainOutcome.Stream::verified),
                outcome.streams(),
                volumes,
                problems);
    }

    private static VolumeLine line(Attachment attachment, DrainOutcome outcome) {
        boolean released =
                attachment.end() != null && attachment.end().kind() == ProofKind.RELEASED;
        return new VolumeLine(
                attachment.volume(),
                attachment.epoch(),
                released,
                released ? "" : whyNot(attachment, outcome));
    }

    private static String whyNot(Attachment attachment, DrainOutcome outcome) {
        if (attachment.end() != null) {
            return "it was taken away: " + attachment.end().detail();
        }
        return outcome.volumes().stream()
                .filter(volume -> volume.volume().equals(attachment.volume()))
                .map(DrainOutcome.Volume::detail)
                .filter(detail -> !detail.isEmpty())
                .findFirst()
                .orElse("its release is not on record");
    }

    private static boolean checkStreams(
            DrainOutcome outcome, List<ObservedStream> reported, List<String> problems) {
        for (DrainOutcome.Stream stream : outcome.streams()) {
            String why = whyNot(stream);
            if (why != null) {
                problems.add("stream " + stream.stream() + ": " + why);
            }
        }
        boolean done =
                outcome.streams().stream()
                        .allMatch(stream -> stream.sealed() && stream.unshipped().isEmpty());
        for (ObservedStream stream : reported) {
            boolean told =
                    outcome.streams().stream()
                            .anyMatch(other ->
                                    other.stream().equals(stream.stream())
                                            && other.topic().equals(stream.topic()));
            if (!told) {
                problems.add("stream " + stream.stream() + ": the sidecar says nothing of its end");
                done = false;
            }
        }
        return done;
    }

    private static @Nullable String whyNot(DrainOutcome.Stream stream) {
        if (!stream.unshipped().isEmpty()) {
            long bytes =
                    stream.unshipped().stream()
                            .mapToLong(range -> range.end() - range.start())
                            .sum();
            return bytes + " bytes are not shipped";
        }
        if (!stream.sealed()) {
            return "it is not sealed";
        }
        return stream.verified() ? null : "its seal was not read back";
    }
}
