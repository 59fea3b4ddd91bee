package io.moor.shipper.frame;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;

import io.moor.shipper.frame.ContainerLine.Stream;

import java.io.IOException;
import java.nio.charset.StandardCharsets;

/**
 * Docker's {@code json-file} driver: {@code {"log":"text\n","stream":"stdout","time":"…"}}. A line
 * of the application goes on in the next one of its stream when its text does not end with a line
 * end.
 */
final class DockerForm implements ContainerLine.Form {

    private final JsonFactory json = new JsonFactory();

    @Override
    public boolean read(byte[] buffer, int from, int to, ContainerLine line) {
        if (from == to || buffer[from] != '{' || buffer[to - 1] != '}') {
            return false;
        }
        line.stream = Stream.STDOUT;
        line.millis = ContainerLine.NO_TIME;
        boolean found = false;
        try (JsonParser parser = json.createParser(buffer, from, to - from)) {
            parser.nextToken();
            while (parser.nextToken() == JsonToken.FIELD_NAME) {
                String name = parser.currentName();
                JsonToken value = parser.nextToken();
                if (value != JsonToken.VALUE_STRING) {
                    parser.skipChildren();
                } else if (name.equals("log")) {
                    text(parser.getText(), line);
                    found = true;
                } else if (name.equals("stream")) {
                    line.stream = parser.getText().equals("stderr") ? Stream.STDERR : Stream.STDOUT;
                } else if (name.equals("time")) {
                    byte[] time = Ascii.bytes(parser.getText());
                    line.millis = Rfc3339.millis(time, 0, time.length);
                }
            }
            return found && parser.currentToken() == JsonToken.END_OBJECT;
        } catch (IOException e) {
            return false;
        }
    }

    private static void text(String log, ContainerLine line) {
        int end = log.length();
        line.partial = !log.endsWith("\n");
        if (!line.partial) {
            end -= log.endsWith("\r\n") ? 2 : 1;
        }
        line.text = log.substring(0, end).getBytes(StandardCharsets.UTF_8);
        line.from = 0;
        line.to = line.text.length;
    }
}
