package io.moor.demo;

import com.fasterxml.jackson.databind.JsonNode;

/** Shows the receipt of a drain. */
final class Receipts {

    private Receipts() {}

    static String summary(JsonNode receipt) {
        return receipt.path("streams").size()
                + " streams, "
                + receipt.path("volumes").size()
                + " volume";
    }

    static void print(JsonNode receipt, Narrator narrator) {
        narrator.say("receipt of " + receipt.path("instance").asText() + ":");
        for (JsonNode stream : receipt.path("streams")) {
            narrator.say(
                    "  stream "
                            + stream.path("stream").asText()
                            + ": "
                            + stream.path("lines").asLong()
                            + " lines, "
                            + stream.path("bytes").asLong()
                            + " bytes"
                            + (stream.path("sealed").asBoolean() ? ", sealed" : ", OPEN")
                            + (stream.path("verified").asBoolean()
                                    ? " and read back"
                                    : ", NOT VERIFIED"));
        }
        for (JsonNode volume : receipt.path("volumes")) {
            narrator.say(
                    "  volume "
                            + volume.path("volume").asText()
                            + ", epoch "
                            + volume.path("epoch").asLong()
                            + (volume.path("released").asBoolean()
                                    ? ": flushed, unmounted, released"
                                    : ": NOT RELEASED"));
        }
    }
}
