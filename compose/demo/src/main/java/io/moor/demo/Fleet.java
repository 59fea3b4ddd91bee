package io.moor.demo;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/**
 * The objects of the control plane that the story is about, read and changed through the REST API.
 */
final class Fleet {

    private static final ObjectMapper JSON = new ObjectMapper();

    private final GatewayApi api;

    Fleet(GatewayApi api) {
        this.api = api;
    }

    /**
     * One grant of a volume to an instance.
     *
     * @param id id of the attachment
     * @param volume id of the volume
     * @param epoch fencing token
     * @param state {@code ATTACHING}, {@code ATTACHED}, {@code DETACHING} or {@code DETACHED}
     * @param proof why the previous holder could not write any more
     * @param detail what the sidecar said, such as the result of the file system check
     */
    record Attachment(
            String id, String volume, long epoch, String state, String proof, String detail) {}

    void applyGroup(String group, String provider, long sizeBytes)
            throws IOException, InterruptedException {
        ObjectNode spec = JSON.createObjectNode();
        spec.put("slots", 1);
        spec.putArray("claims")
                .addObject()
                .put("name", "data")
                .put("provider", provider)
                .put("sizeBytes", sizeBytes);
        api.put("/v1/groups/" + group, spec);
    }

    /**
     * Takes the group away; its volumes stay, without a claim. Succeeds when there is no such
     * group.
     */
    void deleteGroup(String group) throws IOException, InterruptedException {
        try {
            api.delete("/v1/groups/" + group);
        } catch (GatewayApi.Refused refused) {
            if (refused.status() != 404) {
                throw refused;
            }
        }
    }

    String joinToken(String group) throws IOException, InterruptedException {
        return api.post("/v1/groups/" + group + "/join-tokens", JSON.createObjectNode())
                .path("token")
                .asText();
    }

    /** Ids of the group's instances that are not known to be gone. */
    List<String> livingInstances(String group) throws IOException, InterruptedException {
        List<String> ids = new ArrayList<>();
        for (JsonNode instance : items("/v1/instances?limit=500")) {
            if (instance.path("group").asText().equals(group)
                    && !instance.path("state").asText().equals("TERMINATED")) {
                ids.add(instance.path("instance").asText());
            }
        }
        return ids;
    }

    Optional<JsonNode> instance(String id) throws IOException, InterruptedException {
        try {
            return Optional.of(api.get("/v1/instances/" + id));
        } catch (GatewayApi.Refused refused) {
            if (refused.status() == 404) {
                return Optional.empty();
            }
            throw refused;
        }
    }

    List<String> volumes(String group) throws IOException, InterruptedException {
        List<String> ids = new ArrayList<>();
        for (JsonNode volume : items("/v1/volumes?limit=500")) {
            if (volume.path("group").asText().equals(group)
                    && !volume.path("state").asText().equals("DELETED")) {
                ids.add(volume.path("volume").asText());
            }
        }
        return ids;
    }

    JsonNode volume(String id) throws IOException, InterruptedException {
        return api.get("/v1/volumes/" + id);
    }

    void deleteVolume(String id) throws IOException, InterruptedException {
        api.delete("/v1/volumes/" + id);
    }

    /** The attachment that an instance has, the newest one. */
    Optional<Attachment> attachment(String instance) throws IOException, InterruptedException {
        Attachment newest = null;
        for (JsonNode node : items("/v1/attachments?limit=500")) {
            if (!node.path("instance").asText().equals(instance)) {
                continue;
            }
            Attachment attachment = read(node);
            if (newest == null || attachment.epoch() > newest.epoch()) {
                newest = attachment;
            }
        }
        return Optional.ofNullable(newest);
    }

    /** An attachment as it is now, ended or not. */
    Attachment attachmentNow(String id) throws IOException, InterruptedException {
        return read(api.get("/v1/attachments/" + id));
    }

    /** Tells the control plane what the platform knows: the server is gone for good. */
    void terminated(String instance) throws IOException, InterruptedException {
        ObjectNode event = JSON.createObjectNode();
        event.put("specversion", "1.0")
                .put("id", UUID.randomUUID().toString())
                .put("source", "moor-demo/platform")
                .put("type", "io.moor.instance.terminated")
                .put("subject", instance);
        api.event(event);
    }

    void drain(String instance, long timeoutMs) throws IOException, InterruptedException {
        api.post(
                "/v1/instances/" + instance + "/drain",
                JSON.createObjectNode().put("timeoutMs", timeoutMs));
    }

    /** The receipt of the drain, once there is one. */
    Optional<JsonNode> receipt(String instance) throws IOException, InterruptedException {
        try {
            return Optional.of(api.get("/v1/instances/" + instance + "/receipt"));
        } catch (GatewayApi.Refused refused) {
            if (refused.status() == 404) {
                return Optional.empty();
            }
            throw refused;
        }
    }

    private Iterable<JsonNode> items(String path) throws IOException, InterruptedException {
        return api.get(path).path("items");
    }

    private static Attachment read(JsonNode node) {
        return new Attachment(
                node.path("attachment").asText(),
                node.path("volume").asText(),
                node.path("epoch").asLong(),
                node.path("state").asText(),
                node.path("proof").path("kind").asText(),
                node.path("checkResult").asText(""));
    }
}
