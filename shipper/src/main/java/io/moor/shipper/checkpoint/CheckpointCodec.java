package io.moor.shipper.checkpoint;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;

import io.moor.shipper.checkpoint.StreamCheckpoint.Totals;
import io.moor.shipper.identity.ContentEvidence;
import io.moor.shipper.identity.Evidence;
import io.moor.shipper.identity.PhysicalId;
import io.moor.shipper.identity.RollingHash;
import io.moor.shipper.stream.OpenLine;
import io.moor.shipper.stream.SkippedRange;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/**
 * Checkpoints as JSON, version 1; {@code docs/log-records.md} describes every field. Unknown fields
 * are ignored, another version or a missing field is damage.
 */
public final class CheckpointCodec {

    private static final int VERSION = 1;
    private static final ObjectMapper JSON = new ObjectMapper();

    private CheckpointCodec() {}

    public static byte[] encode(StreamCheckpoint checkpoint, Instant committedAt) {
        ObjectNode root = JSON.createObjectNode();
        root.put("v", VERSION);
        root.put("origin", checkpoint.origin());
        root.put("stream", checkpoint.stream());
        root.put("topic", checkpoint.topic());
        root.put("partition", checkpoint.partition());
        root.put("source", checkpoint.source());
        root.put("ownerEpoch", checkpoint.ownerEpoch());
        root.put("sealed", checkpoint.sealed());
        root.put("committedAt", committedAt.toString());
        root.put("lines", checkpoint.lines());
        root.put("bytes", checkpoint.bytes());
        ObjectNode earlier = root.putObject("earlier");
        earlier.put("generations", checkpoint.earlier().generations());
        earlier.put("lines", checkpoint.earlier().lines());
        earlier.put("bytes", checkpoint.earlier().bytes());
        ArrayNode generations = root.putArray("generations");
        checkpoint.generations().forEach(g -> encode(g, generations.addObject()));
        return bytes(root);
    }

    public static byte[] encode(ArchivedGeneration archived) {
        ObjectNode root = JSON.createObjectNode();
        root.put("v", VERSION);
        root.put("stream", archived.stream());
        encode(archived.generation(), root.putObject("generation"));
        return bytes(root);
    }

    /**
     * @throws CheckpointDamagedException when the value is not an archived generation of this
     *     version
     */
    public static ArchivedGeneration decodeArchived(String key, byte[] value)
            throws CheckpointDamagedException {
        try {
            JsonNode root = root(value);
            return new ArchivedGeneration(
                    text(root, "stream"), generation(need(root, "generation")));
        } catch (IOException | RuntimeException e) {
            throw damaged(key, e);
        }
    }

    private static void encode(GenerationCheckpoint generation, ObjectNode node) {
        node.put("fileId", generation.fileId());
        node.put("path", generation.path());
        node.put("offset", generation.offset());
        node.put("size", generation.size());
        node.put("lines", generation.lines());
        node.put("bytes", generation.bytes());
        node.put("hash", RollingHash.format(generation.hash()));
        putOptional(node, "previous", generation.previous());
        putOptional(node, "lastEventTime", generation.lastEventTime());
        if (generation.openLine() != OpenLine.NONE) {
            node.put("openLine", lower(generation.openLine()));
        }
        if (generation.isCompressed()) {
            node.put("compressedSize", generation.compressedSize());
            putOptional(node, "plainBirth", generation.plainBirth());
        }
        if (generation.ended() != null) {
            node.put("ended", lower(generation.ended()));
        }
        if (!generation.skippedBehind().isEmpty()) {
            ArrayNode skipped = node.putArray("skippedBehind");
            for (SkippedRange range : generation.skippedBehind()) {
                skipped.addObject()
                        .put("start", range.start())
                        .put("end", range.end())
                        .put("reason", range.reason());
            }
        }
        PhysicalId physical = generation.evidence().physical();
        ContentEvidence content = generation.evidence().content();
        ObjectNode evidence = node.putObject("evidence");
        evidence.put("fileSystem", physical.fileSystem());
        evidence.put("device", physical.device());
        evidence.put("inode", physical.inode());
        putOptional(evidence, "birth", physical.birth());
        evidence.put("prefixLength", content.prefixLength());
        evidence.put("prefixHash", content.prefixHash());
        evidence.put("frontierLength", content.frontierLength());
        evidence.put("frontierHash", content.frontierHash());
    }

    /**
     * @throws CheckpointDamagedException when the value is not a checkpoint of this version
     */
    public static StreamCheckpoint decode(String key, byte[] value)
            throws CheckpointDamagedException {
        try {
            JsonNode root = root(value);
            List<GenerationCheckpoint> generations = new ArrayList<>();
            for (JsonNode generation : need(root, "generations")) {
                generations.add(generation(generation));
            }
            JsonNode earlier = need(root, "earlier");
            return new StreamCheckpoint(
                    text(root, "origin"),
                    text(root, "stream"),
                    text(root, "topic"),
                    (int) number(root, "partition"),
                    text(root, "source"),
                    number(root, "ownerEpoch"),
                    need(root, "sealed").asBoolean(),
                    new Totals(
                            number(earlier, "generations"),
                            number(earlier, "lines"),
                            number(earlier, "bytes")),
                    generations);
        } catch (IOException | RuntimeException e) {
            throw damaged(key, e);
        }
    }

    private static GenerationCheckpoint generation(JsonNode node) throws IOException {
        JsonNode evidence = need(node, "evidence");
        String openLine = optional(node, "openLine");
        String ended = optional(node, "ended");
        List<SkippedRange> skipped = new ArrayList<>();
        for (JsonNode range : node.path("skippedBehind")) {
            skipped.add(
                    new SkippedRange(
                            number(range, "start"), number(range, "end"), text(range, "reason")));
        }
        long offset = number(node, "offset");
        return new GenerationCheckpoint(
                text(node, "fileId"),
                text(node, "path"),
                offset,
                number(node, "lines"),
                number(node, "bytes"),
                RollingHash.parse(text(node, "hash")),
                openLine == null ? OpenLine.NONE : OpenLine.valueOf(upper(openLine)),
                instant(node, "lastEventTime"),
                optional(node, "previous"),
                number(node, "size"),
                ended == null ? null : GenerationCheckpoint.End.valueOf(upper(ended)),
                new Evidence(
                        new PhysicalId(
                                text(evidence, "fileSystem"),
                                number(evidence, "device"),
                                number(evidence, "inode"),
                                instant(evidence, "birth")),
                        new ContentEvidence(
                                offset,
                                (int) number(evidence, "prefixLength"),
                                text(evidence, "prefixHash"),
                                (int) number(evidence, "frontierLength"),
                                text(evidence, "frontierHash"))),
                skipped,
                node.has("compressedSize") ? number(node, "compressedSize") : 0,
                instant(node, "plainBirth"));
    }

    public static byte[] encode(OwnerClaim claim) {
        ObjectNode root = JSON.createObjectNode();
        root.put("v", VERSION);
        root.put("incarnation", claim.incarnation());
        root.put("ownerEpoch", claim.ownerEpoch());
        root.put("host", claim.host());
        ArrayNode topics = root.putArray("topics");
        claim.topics().stream().sorted().forEach(topics::add);
        return bytes(root);
    }

    /**
     * @throws CheckpointDamagedException when the value is not a claim of this version
     */
    public static OwnerClaim decodeClaim(String key, byte[] value)
            throws CheckpointDamagedException {
        try {
            JsonNode root = root(value);
            // Claims of earlier versions name none.
            Set<String> topics = new HashSet<>();
            root.path("topics").forEach(topic -> topics.add(topic.asText()));
            return new OwnerClaim(
                    text(root, "incarnation"),
                    number(root, "ownerEpoch"),
                    text(root, "host"),
                    topics);
        } catch (IOException | RuntimeException e) {
            throw damaged(key, e);
        }
    }

    private static CheckpointDamagedException damaged(String key, Exception cause) {
        return new CheckpointDamagedException(
                "the checkpoint '" + key + "' cannot be understood: " + cause.getMessage(), cause);
    }

    private static JsonNode root(byte[] value) throws IOException {
        JsonNode root = JSON.readTree(value);
        long version = number(root, "v");
        if (version != VERSION) {
            throw new IOException("version " + version + " is not known here, only " + VERSION);
        }
        return root;
    }

    private static byte[] bytes(ObjectNode root) {
        try {
            return JSON.writeValueAsBytes(root);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("a tree of plain values is always JSON", e);
        }
    }

    private static void putOptional(ObjectNode node, String name, @Nullable Object value) {
        if (value != null) {
            node.put(name, value.toString());
        }
    }

    private static JsonNode need(JsonNode node, String name) throws IOException {
        JsonNode value = node.get(name);
        if (value == null || value.isNull()) {
            throw new IOException("'" + name + "' is missing");
        }
        return value;
    }

    private static String text(JsonNode node, String name) throws IOException {
        return need(node, name).asText();
    }

    private static long number(JsonNode node, String name) throws IOException {
        JsonNode value = need(node, name);
        if (!value.isIntegralNumber()) {
            throw new IOException("'" + name + "' is not a number");
        }
        return value.longValue();
    }

    private static @Nullable String optional(JsonNode node, String name) {
        JsonNode value = node.get(name);
        return value == null || value.isNull() ? null : value.asText();
    }

    private static @Nullable Instant instant(JsonNode node, String name) {
        String text = optional(node, name);
        return text == null ? null : Instant.parse(text);
    }

    private static String lower(Enum<?> value) {
        return value.name().toLowerCase(Locale.ROOT);
    }

    private static String upper(String value) {
        return value.toUpperCase(Locale.ROOT);
    }
}
